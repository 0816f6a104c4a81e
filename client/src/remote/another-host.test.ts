import { readCertificate } from '@albatross/pki';
import { decodeExtension } from '@albatross/wire';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { inflateSync } from 'node:zlib';
import { clientProgram } from '@albatross/test/harness/client-program';
import { CertificateDesk, policyAdd, refusalOf } from '../testing/certificate-desk.ts';
import { recordedBytes, recordedReply } from '../testing/recorded-replies.ts';
import { answered, said } from '../testing/said.ts';
import { contentFrom, saying, ToyGateway, type Part } from '../testing/toy-gateway.ts';

const CLIENT = await clientProgram();

describe('on another host', () => {
  let desk: CertificateDesk;
  let theirs: CertificateDesk;

  before(async () => {
    desk = await CertificateDesk.open();
    await desk.albatross('generate', 'ca', 'ca.db');
    await desk.request('tenant', policyAdd());
    await desk.albatross('sign', 'cacert.pem', 'ca.db', 'ca.key', 'tenant.req');
    await writeFile(desk.file('image'), 'an image of some bytes');
    theirs = await CertificateDesk.open();
    await theirs.albatross('generate', 'ca', 'ca.db');
  });
  after(async () => {
    await desk[Symbol.asyncDispose]();
    await theirs[Symbol.asyncDispose]();
  });

  /** Who signs, and where. */
  function at({ destination }: ToyGateway): readonly string[] {
    return ['--ca', 'tenant.pem', '--ca-key', 'tenant.key', '--destination', destination];
  }

  /** What a server that answers this was asked, and what was printed. */
  async function ask(part: Part | Uint8Array, ...args: readonly string[]) {
    await using gateway = await ToyGateway.start(
      desk,
      part instanceof Uint8Array ? saying(part) : part,
    );
    const ended = await desk.albatross(...args, ...at(gateway));
    const [shown] = gateway.shown.map(readCertificate);
    const command = shown?.extension == null ? null : decodeExtension(shown.extension);
    return { ...ended, commonName: shown?.commonName, command };
  }

  it('info shows what is there, as far as it is told', async () => {
    const all = await ask(recordedBytes('30-info-root-full'), 'info');
    assert.deepEqual([all.status, all.stderr, all.commonName], [0, '', '.']);
    assert.deepEqual(all.command, { kind: 'unikernel-info', form: 'newest' });
    assert.match(
      all.stdout,
      /^NAME +UPTIME +MEMORY +CPUS +IMAGE\nhello +\S+ +64 MiB +0,1 +[0-9a-f]{12}\n$/,
    );
    const one = await ask(recordedBytes('08-info-hello-one'), 'info', '-n', 'hello', '--json');
    const { digest, startedAt, ...rest } =
      (JSON.parse(one.stdout) as Record<string, string>[])[0] ?? {};
    assert.match(`${digest} ${startedAt}`, /^[0-9a-f]{64} 2026-\S+Z$/);
    assert.deepEqual(rest, {
      name: 'hello',
      hypervisor: 'solo5',
      memoryMib: 32,
      cpus: [0],
      nets: [],
      blocks: [],
      startupPriority: 50,
      restart: { kind: 'never' },
      argumentCount: 3,
      vcpus: 1,
    });
    const { stdout } = await ask(recordedBytes('08-info-hello-one'), 'info', 'hello');
    assert.match(stdout, /\n {2}up [^\n]+, since 2026-\S+Z\n {2}CPUs 0; start-up priority 50\n/);
    assert.doesNotMatch(stdout, /puts=hi/);
    const none = await ask(recordedBytes('05-info-hello-none'), 'info', '--name', 'hello');
    assert.deepEqual([none.status, none.stdout], [0, 'no unikernels\n']);
  });

  it('create sends the image behind the certificate, compressed', async () => {
    const done = answered('created unikernel');
    const sent: Buffer[] = [];
    const untilEnd: Part = async (socket) => {
      sent.push(await contentFrom(socket));
      socket.end(done);
    };
    for (const [args, isForced, inflate] of [
      [[], false, inflateSync],
      [['--force', '--compression-level', '0'], true, (bytes: Buffer) => bytes],
    ] as const) {
      const made = await ask(untilEnd, 'create', 'hello', 'image', '--mem', '64', ...args);
      assert.deepEqual([made.status, made.stdout, made.stderr], [0, 'created hello\n', '']);
      const kind = isForced ? 'unikernel-force-create' : 'unikernel-create';
      assert.ok(made.command?.kind === kind);
      const { image, compressed, memory } = made.command.config;
      assert.deepEqual([image.length, compressed, memory], [0, !isForced, 64]);
      assert.equal(inflate(sent.pop() ?? assert.fail()).toString(), 'an image of some bytes');
    }
  });

  it('create is refused by the policies of the certificates, before it is sent', async () => {
    const refused = await ask(() => undefined, 'create', 'hello', 'image', '--mem', '2048');
    assert.equal(refused.status, 117);
    assert.match(refused.stderr, /2048 MiB.* \[POLICY_EXCEEDED\]\n$/);
    assert.equal(refused.command, null);
  });

  it('get saves the image, whichever way it comes', async () => {
    const { image } = await recordedReply('14-get-level0', 'unikernel-image');
    for (const [recorded, args] of [
      ['14-get-level0', ['get', 'hello', '--compression-level', '0']],
      ['15-get-level9', ['get', 'hello', '--force']],
    ] as const) {
      const saved = await ask(recordedBytes(recorded), ...args);
      const text = `saved the image of hello to ./hello.image: ${image.length} bytes\n`;
      assert.deepEqual([saved.status, saved.stdout], [0, text]);
      assert.deepEqual(saved.command, {
        kind: 'unikernel-get',
        level: recorded.endsWith('0') ? 0 : 9,
      });
      assert.ok((await readFile(desk.file('hello.image'))).equals(image));
    }
    const missing = await ask(recordedBytes('38-get-nonexisting'), 'get', 'hello', 'nothing.hvt');
    assert.deepEqual([missing.status, missing.stdout], [117, '']);
    assert.match(
      missing.stderr,
      /^the server refused: get: no unikernel found \[REMOTE_REFUSED\]\n$/,
    );
    await assert.rejects(stat(desk.file('nothing.hvt')), { code: 'ENOENT' });
  });

  it('restart and destroy are told in a word', async () => {
    const word = answered('whatever');
    const restarted = await ask(word, 'restart', 'hello');
    assert.deepEqual([restarted.status, restarted.stdout], [0, 'restarted hello\n']);
    assert.deepEqual(restarted.command, { kind: 'unikernel-restart', args: null });
    const replaced = await ask(
      word,
      'restart',
      'hello',
      '--replace-arguments',
      '--arg=a',
      '--json',
    );
    assert.equal(replaced.stdout, '{"name":"hello"}\n');
    assert.ok(replaced.command?.kind === 'unikernel-restart');
    assert.deepEqual(replaced.command.args?.arguments, ['a']);
    const destroyed = await ask(word, 'destroy', 'hello');
    assert.deepEqual([destroyed.status, destroyed.stdout], [0, 'destroyed hello\n']);
  });

  it('a refusal has the status of a refusal, whatever its code', async () => {
    const text = 'a unikernel has a name [NAME_INVALID]';
    const refused = await ask(said({ kind: 'failure', text }), 'destroy', 'hello');
    assert.deepEqual([refused.status, refused.stderr], [117, `${text}\n`]);
  });

  it('every way in which it does not come to an answer has its own status', async () => {
    await using gateway = await ToyGateway.start(desk, (socket) => void socket.end());
    const [, , , , ...destination] = at(gateway);
    await writeFile(desk.file('other.pem'), await readFile(theirs.file('cacert.pem')));
    const own = await refusalOf(desk, 'info', ...at(gateway), '--server-ca', 'other.pem');
    assert.match(own, /^116 the server would not accept the certificates.* \[CHAIN_UNTRUSTED\]$/);
    assert.match(
      await refusalOf(desk, 'info', ...destination),
      /^124 ca.pem .*\[FILE_UNREADABLE\]$/,
    );
    const key = ['--ca', 'tenant.pem', '--ca-key', 'ca.key'];
    assert.match(await refusalOf(desk, 'info', ...key, ...destination), /^124 .*\[KEY_MISMATCH\]$/);
    assert.match(await refusalOf(desk, 'info', ...at(gateway)), /^121 .* \[REMOTE_LOST\]$/);
    const both = await refusalOf(desk, 'info', ...at(gateway), '--csr');
    assert.match(
      both,
      /^124 .*'--csr' cannot be used with.*'-d, --destination.* \[USAGE_INVALID\]$/,
    );
    const tree = await refusalOf(desk, 'info', '--tree', ...at(gateway));
    assert.match(
      tree,
      /^124 another host does not tell .*; leave --tree out there \[USAGE_INVALID\]$/,
    );
    const path = await refusalOf(desk, 'info', '--name', 'foo:hello', ...at(gateway));
    assert.match(path, /^124 .*give "hello" alone.* \[USAGE_INVALID\]$/);
    const type = await refusalOf(desk, 'info', '--key-type', 'dsa', ...at(gateway));
    assert.match(type, /^124 "dsa" is no key type.* \[USAGE_INVALID\]$/);
  });

  it('what the protocol has no form for is refused, with what can be done', async () => {
    for (const [words, message] of [
      ['stop hello --csr', /no stop, so --csr cannot be given; destroy it there/],
      ['start hello -d host', /no start, so --destination cannot be given; create it there again/],
      [
        'log --destination host',
        /no log, so --destination cannot be given; look at it on the host/,
      ],
      ['top --csr', /no top, so --csr cannot be given; stats with --destination/],
      ['import-state file --ca a', /no import-state, so --ca cannot be given; copy the file/],
    ] as const) {
      const refusal = await refusalOf(desk, ...words.split(' '));
      assert.match(refusal, message);
      assert.match(refusal, /^124 .* \[USAGE_INVALID\]$/);
    }
  });

  it('a request is written instead, and what comes next is said', async () => {
    const { status, stdout } = await desk.albatross('create', 'made', 'image', '--csr');
    assert.equal(status, 0);
    assert.match(
      stdout,
      /^wrote made.req; its key is in made.key.*\nnext: albatross sign CA DB CA-KEY made.req, then albatross certificate made.pem made.key --destination HOST\n$/,
    );
  });

  it('a stream ends with Ctrl-C, which is no failure', async () => {
    const begun = answered('subscribed');
    await using gateway = await ToyGateway.start(desk, (socket) => {
      socket.write(
        Buffer.concat([begun, recordedBytes('12-stats-stream-interval1').subarray(47 + 4)]),
      );
      socket.once('end', () => socket.end());
    });
    const client = spawn(process.execPath, [CLIENT, 'stats', '-n', 'hello', ...at(gateway)], {
      cwd: desk.file('.'),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(client.stdout, 'data');
    client.kill('SIGINT');
    const [status] = (await once(client, 'close')) as [number | null];
    assert.equal(status, 0);
  });

  it('a subcommand may be written with underscores', async () => {
    const { status, stdout } = await desk.albatross('add_policy', 'user', '16', '--csr');
    assert.equal(status, 0);
    assert.match(stdout, /^wrote user.req; .*\n.* user.pem and user.key are the authority/);
  });
});
