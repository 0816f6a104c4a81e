import { eventually } from '@albatross/shared/bus/testing/asserts';
import { heartbeatFeed } from '@albatross/shared/contracts/heartbeat';
import { refusedFeed } from '@albatross/shared/contracts/refused';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { text } from 'node:stream/consumers';
import { INFO, policyAdd } from './testing/front-under-test.ts';
import { GatewayBench, type GatewayProcess } from './testing/gateway-bench.ts';
import { mint, mintRevocationList, pemOf, type Minted } from './testing/mint.ts';
import { WireClient, type WireClientOptions } from './testing/wire-client.ts';

const LOOPBACK = ['--ip', '127.0.0.1', '--port', '0'] as const;

async function portOf(gateway: GatewayProcess): Promise<number> {
  return Number((await gateway.untilLogged('ready'))['port']);
}

function showing(port: number, ...chain: readonly Minted[]): WireClientOptions {
  const pem = pemOf('CERTIFICATE', ...chain.map(({ der }) => der));
  return { port, chain: pem, key: chain[0]?.keyPem ?? '' };
}

describe('albatross-tls-endpoint', () => {
  it('asks in the name of its clients, with their policies, and tells of whom it refused', async () => {
    await using bench = await GatewayBench.start();
    await using watcher = await bench.server.connect('watcher');
    const [beats, refused]: [Readonly<Record<string, number>>[], string[]] = [[], []];
    const onDropped = (): void => assert.fail('dropped');
    watcher.followProcesses(heartbeatFeed, {
      onMessage: (beat) => void (beat.process === 'tls-gateway' && beats.push(beat.figures)),
      onDropped,
    });
    watcher.followProcesses(refusedFeed, {
      onMessage: ({ reason, process }) => void refused.push(`${process} ${reason}`),
      onDropped,
    });
    await watcher.flush();
    await using gateway = bench.begin(...LOOPBACK);
    const ready = await gateway.untilLogged('ready');
    assert.equal(ready['address'], '127.0.0.1');
    assert.ok([102_400, 16_777_216].includes(Number(ready['certificateBytesMax'])));
    const tenant = mint('tenant', bench.root, { isAuthority: true, command: policyAdd() });
    const leaf = mint('.', tenant, { command: INFO });
    const [answer] = await WireClient.ask(showing(Number(ready['port']), leaf, tenant));
    assert.deepEqual(answer, {
      header: { sequence: 0n, name: 'tenant:' },
      payload: { kind: 'reply', reply: { kind: 'unikernel-info', form: 'newest', unikernels: [] } },
    });
    assert.deepEqual(
      bench.asked.map(({ request }) => request),
      ['assert', 'list'],
    );
    for (const { actor } of bench.asked) assert.match(actor, /^tls:[0-9a-f]{64};tenant\/\.$/);
    await WireClient.ask({ port: Number(ready['port']) });
    await eventually('it was told', () => refused.includes('tls-gateway no-certificate'));
    await eventually('it lives', () => beats.length > 0);
    assert.equal(beats[0]?.['certificateBytesMax'], ready['certificateBytesMax']);
    gateway.signal('SIGTERM');
    assert.equal((await gateway.ended()).status, 0);
  });

  it('answers at once when the bus is away, and is well when it is back', async () => {
    await using bench = await GatewayBench.start();
    await using gateway = bench.begin(...LOOPBACK);
    const port = await portOf(gateway);
    const leaf = mint('.', bench.root, { command: INFO });
    await bench.server.kill();
    await eventually('it is told', async () => {
      const [answer] = await WireClient.ask(showing(port, leaf));
      return (
        answer?.payload.kind === 'failure' && answer.payload.text.endsWith('[BUS_UNREACHABLE]')
      );
    });
    await bench.server.resume();
    await eventually('it is answered', async () => {
      const [answer] = await WireClient.ask(showing(port, leaf));
      return answer?.payload.kind === 'reply';
    });
  });

  it('takes revocation lists up, and a renewed certificate, while it runs', async () => {
    await using bench = await GatewayBench.start();
    await using gateway = bench.begin(...LOOPBACK);
    const port = await portOf(gateway);
    const leaf = mint('.', bench.root, { command: INFO });
    const crl = `${bench.files.ca.replace('cacert.pem', 'crls')}/ca.crl`;
    await writeFile(crl, mintRevocationList(bench.root, [leaf]));
    await eventually('it is revoked', async () => {
      const [answer] = await WireClient.ask(showing(port, leaf));
      return answer?.payload.kind === 'failure' && answer.payload.text.endsWith('[revoked]');
    });
    const renewed = mint('renewed', bench.root);
    await writeFile(bench.files.certificate, pemOf('CERTIFICATE', renewed.der));
    gateway.signal('SIGHUP');
    await gateway.untilLogged('the certificate from before is kept');
    await writeFile(bench.files.key, renewed.keyPem);
    gateway.signal('SIGHUP');
    await gateway.untilLogged('certificate of this endpoint read again');
    await using client = await WireClient.connect({ port });
    assert.equal(client.socket.getPeerCertificate().subject.CN, 'renewed');
  });

  it('serves who is connected to its stdin, as for inetd, and ends', async () => {
    await using bench = await GatewayBench.start();
    const leaf = mint('.', bench.root, { command: INFO });
    for (const [words, kind] of [
      [['--quiet'], 'reply'],
      [['--syslog'], 'reply'],
      [['--syslog', '--crls', '/nowhere'], null],
    ] as const) {
      const [listener, port] = await listening();
      const asking = WireClient.ask(showing(port, leaf)).catch(() => []);
      const [connection] = (await once(listener, 'connection')) as [Socket];
      const [node, ...endpoint] = GatewayBench.command;
      await using gateway = bench.beginAs(
        node,
        [...endpoint, '--inetd', ...words],
        [connection, 'ignore', 'ignore'],
      );
      connection.destroy();
      assert.equal((await asking)[0]?.payload.kind ?? null, kind);
      assert.equal((await gateway.ended()).status, kind === null ? 1 : 0);
      listener.close();
    }
    // What takes the place of the program `logger` there wrote down what it was given.
    const records = (await readFile(bench.folder.file('syslog'), 'utf8')).trimEnd().split('\n');
    assert.match(records[0] ?? '', /^-t albatross-tls-endpoint --prio-prefix$/);
    assert.match(records.at(-1) ?? '', /^<27>\{"level":50.*"msg":"cannot serve"/);
  });

  it('is no inetd server without a log', async () => {
    await using bench = await GatewayBench.start();
    const { status, output } = await bench.begin('--inetd').ended();
    assert.equal(status, 3);
    assert.match(output, /--inetd takes --syslog, or --quiet/);
  });

  it('listens on what systemd hands over, and only if it was meant', async () => {
    await using bench = await GatewayBench.start();
    const [listener, port] = await listening();
    const { _handle: handle } = listener as unknown as { readonly _handle: { fd: number } };
    const words = ['sh', ...GatewayBench.command, '--systemd-socket-activation'];
    const stdio = ['ignore', 'pipe', 'pipe', handle.fd] as const;
    await using gateway = bench.beginAs(
      'sh',
      ['-c', 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"', ...words],
      [...stdio],
    );
    assert.equal(await portOf(gateway), port);
    // Who comes now is for the process that has it, too.
    listener.close();
    const leaf = mint('.', bench.root, { command: INFO });
    assert.equal((await WireClient.ask(showing(port, leaf)))[0]?.payload.kind, 'reply');
    for (const [environment, message] of [
      ['LISTEN_PID=1 LISTEN_FDS=1', /LISTEN_PID is 1, and this is \d+/],
      ['LISTEN_PID=$$ LISTEN_FDS=2', /LISTEN_FDS is 2/],
      ['', /one ListenStream; LISTEN_PID is not set/],
    ] as const) {
      const { status, output } = await bench
        .beginAs('sh', ['-c', `${environment} exec "$@"`, ...words])
        .ended();
      assert.equal(status, 1);
      assert.match(output, message);
    }
  });

  it('says in one line why it cannot start', async () => {
    await using bench = await GatewayBench.start();
    const [listener, port] = await listening();
    const taken = await bench.begin('--ip', '127.0.0.1', '--port', String(port)).ended();
    assert.equal(
      taken.output
        .split('\n')
        .filter((line) => !line.startsWith('{'))
        .join('\n'),
      `tls-gateway: cannot listen on 127.0.0.1, port ${port}: somebody listens there already`,
    );
    listener.close();
    await rm(bench.files.key);
    const { status, output } = await bench.begin(...LOOPBACK).ended();
    assert.equal(status, 1);
    assert.match(output, /^tls-gateway: KEY: .*server\.key/);
  });

  it('is answered to openssl s_client', async (t) => {
    await using bench = await GatewayBench.start();
    await using gateway = bench.begin(...LOOPBACK);
    const port = await portOf(gateway);
    const leaf = mint('.', bench.root, { command: INFO });
    const [chain, key] = [bench.folder.file('chain'), bench.folder.file('leaf.key')];
    await writeFile(chain, pemOf('CERTIFICATE', leaf.der));
    await writeFile(key, leaf.keyPem);
    const words = ['s_client', '-connect', `127.0.0.1:${port}`, '-cert', chain, '-key', key];
    const trust = ['-CAfile', bench.files.ca, '-verify_return_error', '-ign_eof', '-tls1_3'];
    const client = spawn('openssl', [...words, ...trust], { stdio: ['ignore', 'pipe', 'pipe'] });
    try {
      await once(client, 'spawn');
    } catch {
      return t.skip('openssl is not installed');
    }
    const output = await text(client.stdout);
    assert.match(output, /Verify return code: 0 \(ok\)/);
    assert.match(output, /No client certificate CA names sent/);
    assert.match(output, /New, TLSv1\.3/);
    await eventually('it was asked', () => bench.asked.some(({ request }) => request === 'list'));
  });

  it('loads nothing that issues certificates', async () => {
    const program = `
      await import(${JSON.stringify(new URL('./tls-gateway.ts', import.meta.url).href)});
      process.stdout.write(String(typeof Reflect.metadata));`;
    const words = ['--import', 'tsx', '--input-type=module', '-e', program];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    // What @peculiar/x509 needs before it is loaded would be there.
    assert.equal(await text(child.stdout), 'undefined');
    assert.ok((await readFile(GatewayBench.program, 'utf8')).startsWith('#!'));
  });
});

async function listening(): Promise<readonly [Server, number]> {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return [server, typeof address === 'object' ? (address?.port ?? 0) : 0];
}
