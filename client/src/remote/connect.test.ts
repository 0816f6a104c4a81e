import { Failure } from '@albatross/shared/contracts/failures';
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { exitStatusOf } from '../exit-status.ts';
import { recordedBytes } from '../testing/recorded-replies.ts';
import { saying, ToyAuthority, ToyGateway } from '../testing/toy-gateway.ts';
import { connect, identityError, PATIENCE } from './connect.ts';
import { converse } from './converse.ts';
import type { Credentials } from './credentials.ts';

const INFO = { kind: 'unikernel-info', form: 'newest' } as const;
const run = promisify(execFile);

describe('who a server is', () => {
  let authority: ToyAuthority;
  let credentials: Credentials;

  before(async () => {
    authority = await ToyAuthority.make();
    credentials = await authority.credentials(INFO);
  });
  after(async () => {
    await authority[Symbol.asyncDispose]();
  });

  /** A server whose certificate says this, or something else that is wrong with it. */
  async function issueServer(name: string, extensions: string, days = 30): Promise<string> {
    const file = (ending: string): string => authority.folder.file(`${name}.${ending}`);
    await writeFile(file('ext'), extensions);
    const key = ['-newkey', 'ed25519', '-nodes', '-keyout', file('key')];
    await run('openssl', ['req', '-new', '-subj', '/CN=server', ...key, '-out', file('csr')]);
    const ca = [
      '-CA',
      authority.folder.file('cacert.pem'),
      '-CAkey',
      authority.folder.file('ca.key'),
    ];
    const signed = ['-extfile', file('ext'), '-days', `${days}`, '-out', file('pem')];
    await run('openssl', [
      'x509',
      '-req',
      '-in',
      file('csr'),
      ...ca,
      '-set_serial',
      '77',
      ...signed,
    ]);
    return name;
  }

  async function meet(server: string, host: string): Promise<string> {
    const reply = saying(recordedBytes('05-info-hello-none'));
    await using gateway = await ToyGateway.start(authority, reply, { server });
    try {
      await converse({ host, port: gateway.port }, credentials, { command: INFO }, () => undefined);
      return 'met';
    } catch (error) {
      assert.ok(error instanceof Failure);
      assert.deepEqual(gateway.shown, []);
      return `${exitStatusOf(error.code)} ${error.message}`;
    }
  }

  it('does not matter beyond its authority, when its certificate names no host', async () => {
    assert.equal(await meet('server', '127.0.0.1'), 'met');
    assert.equal(await meet('server', 'localhost'), 'met');
    const mail = await issueServer('mail', 'subjectAltName=email:a@example.org');
    assert.equal(await meet(mail, 'localhost'), 'met');
  });

  it('is found out also when it wants another key exchange first', async () => {
    const reply = saying(recordedBytes('05-info-hello-none'));
    await using gateway = await ToyGateway.start(authority, reply, { ecdhCurve: 'P-521' });
    let count = 0;
    await converse(gateway, credentials, { command: INFO }, () => void (count += 1));
    assert.deepEqual([count, gateway.shown.length], [1, 1]);
  });

  it('is checked when its certificate says for which hosts it is', async () => {
    const named = await issueServer('named', 'subjectAltName=DNS:localhost');
    assert.equal(await meet(named, 'localhost'), 'met');
    assert.match(await meet(named, '127.0.0.1'), /^120 .* is not trusted: .*127\.0\.0\.1/);
    const numbered = await issueServer('numbered', 'subjectAltName=IP:127.0.0.1');
    assert.equal(await meet(numbered, '127.0.0.1'), 'met');
    assert.match(await meet(numbered, 'localhost'), /^120 .* is not trusted: .*localhost/);
  });

  it('is that of no client', async () => {
    const client = await issueServer('client', 'extendedKeyUsage=clientAuth');
    assert.match(
      await meet(client, 'localhost'),
      /^120 .* is not trusted: unsuitable certificate purpose/,
    );
  });

  it('is read from every kind of name that a certificate has for hosts', () => {
    const names = (subjectaltname?: string) =>
      ({
        subject: { CN: 'server' },
        ...(subjectaltname === undefined ? {} : { subjectaltname }),
      }) as never;
    assert.equal(identityError('host.example', names()), undefined);
    assert.equal(identityError('host.example', names('URI:http://other.example')), undefined);
    assert.equal(identityError('a.host.example', names('DNS:*.host.example')), undefined);
    assert.ok(identityError('host.example', names('email:a@b.c, DNS:other.example')) !== undefined);
    assert.ok(identityError('host.example', names('IP Address:10.0.0.1')) !== undefined);
  });

  it('may find our certificates wrong, which comes after the handshake', async () => {
    await using other = await ToyAuthority.make();
    const file = (name: string): string => authority.folder.file(name);
    const server = spawn(
      'openssl',
      [
        ['s_server', '-accept', '127.0.0.1:0', '-tls1_3', '-naccept', '1'],
        ['-cert', file('server.pem'), '-key', file('server.key')],
        ['-Verify', '3', '-verify_return_error', '-CAfile', other.folder.file('cacert.pem')],
      ].flat(),
      { stdio: ['pipe', 'pipe', 'ignore'] },
    );
    try {
      let text = '';
      for await (const piece of server.stdout.setEncoding('utf8')) {
        text += String(piece);
        if (/^ACCEPT \S+:\d+/m.test(text)) break;
      }
      const port = Number(/^ACCEPT \S+:(\d+)/m.exec(text)?.[1]);
      const talking = converse(
        { host: '127.0.0.1', port },
        credentials,
        { command: INFO },
        () => undefined,
      );
      const failure: unknown = await talking.catch((error: unknown) => error);
      assert.ok(failure instanceof Failure);
      assert.deepEqual([failure.code, exitStatusOf(failure.code)], ['CLIENT_UNTRUSTED', 119]);
      assert.match(
        failure.message,
        /does not accept the certificates that it was shown: decrypt error/,
      );
    } finally {
      server.kill();
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
    }
  });

  it('is not waited for longer than there is patience, whatever is collected meanwhile', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const collecting = setInterval(collect, 20);
    const impatient = { ...PATIENCE, handshakeMs: 200 };
    await assert.rejects(connect({ host: '127.0.0.1', port }, credentials, impatient), {
      code: 'DEADLINE_EXCEEDED',
      message: /does not speak TLS, or too slowly: no answer within 0\.2 s$/,
    });
    clearInterval(collecting);
    silent.close();
  });
});
