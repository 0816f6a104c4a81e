import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { clientProgram } from '@albatross/test/harness/client-program';
import { checkJson } from '@albatross/test/harness/json/check-json';
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';

const CLIENT = await clientProgram();
const SPKI = { type: 'spki', format: 'pem' } as const;
const [isRoot, DEADLINE] = [process.getuid?.() === 0, { timeout: 60_000 }];

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(command: string, ...args: readonly string[]): Promise<Ended> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { status: child.exitCode, stdout, stderr };
}

async function setup(...args: readonly string[]): Promise<Ended> {
  return await run(process.execPath, CLIENT, 'setup', ...args);
}

describe('setup', DEADLINE, () => {
  it('makes the files of another system, a line for each, and then says that all is there', async () => {
    await using root = await TemporaryFolder.make();
    const first = await setup('--root', root.path);
    assert.deepEqual([first.status, first.stderr], [0, '']);
    const lines = first.stdout.trimEnd().split('\n');
    assert.equal(lines[0], `made the folder ${root.file('etc/albatross')}`);
    assert.equal(lines.at(-1), `made ${root.file('etc/albatross/bus.url')}`);
    const again = await setup('--root', root.path);
    assert.deepEqual(again, { status: 0, stdout: 'all is there\n', stderr: '' });
    const quiet = await setup('--root', root.path, '--quiet', '--port', '4333');
    assert.deepEqual(quiet, { status: 0, stdout: '', stderr: '' });
  });

  it('makes an authority and a server for all of its names, and nothing of it twice', async () => {
    await using root = await TemporaryFolder.make();
    const options = [
      '--root',
      root.path,
      '--authority',
      'mine',
      '--server',
      'a.example',
      '--server',
      '192.0.2.7',
    ];
    const { status, stdout, stderr } = await setup(...options, '--json');
    assert.equal(status, 0);
    const key = root.file('etc/albatross/ca/mine.key');
    const tls = ['cacert.pem', 'server.key', 'server.pem'].map((name) =>
      root.file(`etc/albatross/tls/${name}`),
    );
    const [said] = checkJson('setup', stdout) as [
      { changes: { change: string; name: string }[]; authority: object },
    ];
    assert.deepEqual(said.authority, { name: 'mine', key });
    assert.deepEqual(
      said.changes.slice(-4),
      [key, ...tls].map((name) => ({ change: 'issue', name })),
    );
    assert.match(stderr, /^take .*mine\.key off this host/);
    assert.equal(statSync(key).mode & 0o777, 0o400);
    assert.equal(statSync(tls[1] ?? '').mode & 0o777, 0o640);
    const certificate = new X509Certificate(readFileSync(tls[2] ?? ''));
    assert.equal(certificate.checkHost('a.example'), 'a.example');
    assert.equal(certificate.checkIP('192.0.2.7'), '192.0.2.7');
    const renewed = await setup('--root', root.path, '--renew');
    assert.deepEqual([renewed.status, renewed.stdout], [0, `made ${tls[2]}\n`]);
    const next = new X509Certificate(readFileSync(tls[2] ?? ''));
    assert.notEqual(next.serialNumber, certificate.serialNumber);
    assert.equal(next.subjectAltName, certificate.subjectAltName);
    assert.deepEqual(next.publicKey.export(SPKI), certificate.publicKey.export(SPKI));
    rmSync(key);
    const without = await setup('--root', root.path, '--renew');
    assert.match(
      without.stderr,
      /^.*cacert\.pem is there, and its key is not in .*mine\.key: .*\n$/,
    );
    assert.deepEqual(await setup(...options), { status: 0, stdout: 'all is there\n', stderr: '' });
    const other = await setup('--root', root.path, '--server', 'b.example');
    assert.equal(other.stdout, 'all is there\n');
    assert.match(other.stderr, /server\.pem is not for b\.example: repeat this with --renew/);
  });

  it('refuses in one line what it cannot do', async () => {
    await using root = await TemporaryFolder.make();
    writeFileSync(root.file('file'), '');
    const refusals: readonly (readonly [RegExp, readonly string[]])[] = [
      [/^setup takes no --dir: .* \[USAGE_INVALID\]$/, ['--dir', root.path]],
      [/^--root needs a folder; .* \[USAGE_INVALID\]$/, ['--root', '']],
      [/^--port is a number from 1 to 65535; 0 is not \[USAGE_INVALID\]$/, ['--port', '0']],
      [
        /^a host has a name as in .* \[NAME_INVALID\]$/,
        ['--root', root.path, '--server', 'good', '--server', 'a b'],
      ],
      [
        /^there is no certificate in .*server\.pem: give those of this host, .* \[USAGE_INVALID\]$/,
        ['--root', root.path, '--renew'],
      ],
      [/^a common name has .* \[NAME_INVALID\]$/, ['--root', root.path, '--authority', 'a/b']],
      [
        /file\/etc\/albatross cannot be read: ENOTDIR \[FILE_UNREADABLE\]$/,
        ['--root', root.file('file')],
      ],
    ];
    for (const [message, args] of refusals) {
      const { status, stderr } = await setup(...args);
      assert.equal(status, 124);
      assert.match(stderr.trimEnd(), message);
    }
  });

  it('takes root for this host itself', async () => {
    const as = isRoot ? ['--reuid=65534', '--regid=65534', '--clear-groups'] : [];
    const command = [process.execPath, CLIENT, 'setup'];
    const { status, stderr } = await run('setpriv', ...as, ...command);
    assert.equal(status, 124);
    assert.match(stderr, /^users and the folders of the system are made by root: .*\n$/);
  });

  it('makes users and groups of this host, once', async (t) => {
    if (!isRoot) return t.skip('only root makes users');
    await using folder = await TemporaryFolder.make();
    // Another /etc and /var/lib, which nobody else sees.
    const script = `cd "$0"; mkdir lib; cp -a /etc etc; rm -rf etc/albatross
      sed -i /^albatross/d etc/passwd etc/shadow etc/group etc/gshadow
      mount --bind etc /etc; mount --bind lib /var/lib
      "$1" "$2" setup --port 14333; echo; "$1" "$2" setup
      stat -c '%U:%G %a %n' /etc/albatross/keys/* /var/lib/albatross/*; getent passwd albatross-nats`;
    const unshare = ['--mount', 'sh', '-ec', script, folder.path, process.execPath, CLIENT];
    const { status, stdout, stderr } = await run('unshare', ...unshare);
    assert.deepEqual([status, stderr], [0, '']);
    const [first = '', second = ''] = stdout.split('\n\n');
    assert.match(first, /^made the group albatross$[^]*^made the user albatross-nats$/m);
    assert.equal(
      second,
      `all is there
root:albatross 640 /etc/albatross/keys/admin.nk
albatross-console:albatross-console 400 /etc/albatross/keys/console.nk
albatross-influx:albatross-influx 400 /etc/albatross/keys/influx-bridge.nk
albatross-local:albatross-local 400 /etc/albatross/keys/local-gateway.nk
root:albatross 640 /etc/albatross/keys/observer.nk
albatross-stats:albatross-stats 400 /etc/albatross/keys/stats.nk
root:root 400 /etc/albatross/keys/supervisor.nk
albatross-tls:albatross-tls 400 /etc/albatross/keys/tls-gateway.nk
root:albatross 640 /etc/albatross/keys/watcher.nk
albatross-console:albatross-console 750 /var/lib/albatross/console
albatross-influx:albatross-influx 750 /var/lib/albatross/influx-bridge
albatross-nats:albatross-nats 700 /var/lib/albatross/jetstream
${stdout.trimEnd().split('\n').at(-1)}
`,
    );
    assert.match(stdout, /^albatross-nats:x:\d+:\d+::\/nonexistent:\/usr\/sbin\/nologin$/m);
  });
});
