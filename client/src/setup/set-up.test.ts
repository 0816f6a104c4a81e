import { readKey } from '@albatross/shared/bus/keys';
import { IDENTITIES } from '@albatross/shared/contracts/identities';
import { Failure } from '@albatross/shared/contracts/failures';
import { foldersOf, keyFile, type Folders } from '@albatross/shared/runtime/folders';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { OwnedMachine } from '../testing/owned-machine.ts';
import { OWN_GROUPS, OWN_USERS } from './accounts.ts';
import { setUp, type SetUpOptions } from './set-up.ts';
import { stepLine } from './step.ts';

const INSTALLED = foldersOf(undefined);

function optionsIn(folder: TemporaryFolder, changes: Partial<SetUpOptions> = {}): SetUpOptions {
  const folders = foldersOf(folder.path);
  return { folders, installed: INSTALLED, port: null, hasAuthority: false, ...changes };
}

/** Path, owner and mode of everything, without what nobody but the supervisor makes. */
function tree(folder: TemporaryFolder, machine: OwnedMachine): readonly string[] {
  const paths = readdirSync(folder.path, { recursive: true, encoding: 'utf8' }).toSorted();
  return paths.map((path) => {
    const mode = statSync(folder.file(path)).mode & 0o7777;
    return `${path} ${machine.ownerOf(folder.file(path))} ${mode.toString(8)}`;
  });
}

function contents(folders: Folders): Readonly<Record<string, string>> {
  const names = readdirSync(folders.conf, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => statSync(join(folders.conf, name)).isFile());
  return Object.fromEntries(
    files.map((name) => [name, readFileSync(join(folders.conf, name), 'utf8')]),
  );
}

describe('setting a host up', () => {
  it('makes users, groups, folders and files of the right owners and modes', async () => {
    await using folder = await TemporaryFolder.make();
    const machine = new OwnedMachine();
    const { steps, port } = await setUp(optionsIn(folder), machine);
    assert.equal(port, 842);
    const { users, groups } = await machine.accounts.read([], []);
    assert.deepEqual([...users.keys()], ['root', ...OWN_USERS]);
    assert.deepEqual([...groups.keys()], ['root', ...OWN_GROUPS]);
    assert.deepEqual(tree(folder, machine), [
      // The folder above is the test's own.
      'etc root:root 755',
      'etc/bus.url root:root 644',
      'etc/keys root:root 755',
      'etc/keys/admin.nk root:albatross 640',
      'etc/keys/console.nk albatross-console:albatross-console 400',
      'etc/keys/influx-bridge.nk albatross-influx:albatross-influx 400',
      'etc/keys/local-gateway.nk albatross-local:albatross-local 400',
      'etc/keys/observer.nk root:albatross 640',
      'etc/keys/stats.nk albatross-stats:albatross-stats 400',
      'etc/keys/supervisor.nk root:root 400',
      'etc/keys/tls-gateway.nk albatross-tls:albatross-tls 400',
      'etc/keys/watcher.nk root:albatross 640',
      'etc/nats.conf root:albatross-nats 640',
      'etc/tls root:root 755',
      'etc/tls/crls root:root 755',
      'lib root:root 755',
      'lib/console albatross-console:albatross-console 750',
      'lib/influx-bridge albatross-influx:albatross-influx 750',
      'lib/jetstream albatross-nats:albatross-nats 700',
    ]);
    assert.equal(steps.length, OWN_USERS.length + OWN_GROUPS.length + 19);
    assert.equal(stepLine(steps[0]!), 'made the group albatross');
    assert.equal(stepLine(steps.at(-1)!), `made ${folder.file('etc/bus.url')}`);
  });

  it('tells nats-server who holds which key, and where its streams are', async () => {
    await using folder = await TemporaryFolder.make();
    const options = optionsIn(folder);
    await setUp(options, new OwnedMachine());
    const config = folder.file('etc/nats.conf');
    execFileSync('nats-server', ['-t', '-c', config], { stdio: 'pipe' });
    const text = readFileSync(config, 'utf8');
    assert.ok(text.includes('store_dir: "/var/lib/albatross/jetstream"'));
    for (const identity of IDENTITIES) {
      const seed = readFileSync(keyFile(options.folders, identity), 'utf8');
      assert.ok(text.includes(readKey(seed).publicKey), identity);
    }
  });

  it('does nothing where all is there', async () => {
    await using folder = await TemporaryFolder.make();
    const machine = new OwnedMachine();
    const options = optionsIn(folder);
    await setUp(options, machine);
    const before = contents(options.folders);
    const told: unknown[] = [];
    const { steps } = await setUp(options, machine, (step) => told.push(step));
    assert.deepEqual([steps, told], [[], []]);
    assert.deepEqual(contents(options.folders), before);
  });

  it('goes on where it was ended, whenever that was, with the keys that are there', async () => {
    let steps = Number.POSITIVE_INFINITY;
    for (let last = 0; last < steps; last += 1) {
      await using folder = await TemporaryFolder.make();
      const machine = new OwnedMachine();
      const options = optionsIn(folder);
      machine.beforeStep = (done) => {
        if (done === last) throw new Error('ended');
      };
      await assert.rejects(setUp(options, machine), /ended/);
      const before = last < 14 ? {} : contents(options.folders);
      machine.beforeStep = () => undefined;
      steps = last + (await setUp(options, machine)).steps.length;
      assert.deepEqual((await setUp(options, machine)).steps, []);
      const after = contents(options.folders);
      for (const [file, text] of Object.entries(before)) assert.equal(after[file], text, file);
    }
    assert.equal(steps, OWN_USERS.length + OWN_GROUPS.length + 19);
  });

  it('mends owners and modes, and makes what was removed', async () => {
    await using folder = await TemporaryFolder.make();
    const machine = new OwnedMachine();
    const options = optionsIn(folder);
    await setUp(options, machine);
    chmodSync(folder.file('etc/keys/admin.nk'), 0o644);
    rmSync(folder.file('lib/console'), { recursive: true });
    rmSync(folder.file('etc/keys/stats.nk'));
    // As whoever puts a certificate there may have it.
    writeFileSync(folder.file('etc/tls/server.key'), 'a key', { mode: 0o600 });
    const { steps } = await setUp(options, machine);
    const lines = steps.map((step) => stepLine(step).replace(folder.path, ''));
    assert.deepEqual(lines, [
      'made the folder /lib/console',
      'made /etc/keys/stats.nk',
      `mended /etc/keys/admin.nk: root:albatross 0640, it was ${lines[2]?.split(' it was ')[1]}`,
      'wrote /etc/nats.conf anew',
      'mended /etc/tls/server.key: root:albatross-tls 0640, it was 0:0 0600',
    ]);
    assert.match(lines[2] ?? '', /it was 0:\d+ 0644$/);
    assert.equal(readFileSync(folder.file('etc/tls/server.key'), 'utf8'), 'a key');
    assert.deepEqual((await setUp(options, machine)).steps, []);
  });

  it('keeps the port of the bus until another one is asked for', async () => {
    await using folder = await TemporaryFolder.make();
    const machine = new OwnedMachine();
    const options = optionsIn(folder, { port: 4333 });
    assert.equal((await setUp(options, machine)).port, 4333);
    assert.deepEqual(await setUp({ ...options, port: null }, machine), { steps: [], port: 4333 });
    const { steps } = await setUp({ ...options, port: 4334 }, machine);
    assert.deepEqual(
      steps.map(({ kind }) => kind),
      ['rewrite-file', 'rewrite-file'],
    );
    assert.equal(readFileSync(folder.file('etc/bus.url'), 'utf8'), 'nats://127.0.0.1:4334\n');
    writeFileSync(folder.file('etc/bus.url'), 'nonsense');
    assert.equal((await setUp({ ...options, port: null }, machine)).port, 842);
  });

  it('follows links to folders, and leaves files alone that are links', async () => {
    await using folder = await TemporaryFolder.make();
    await using elsewhere = await TemporaryFolder.make();
    chmodSync(elsewhere.path, 0o755);
    const machine = new OwnedMachine();
    symlinkSync(elsewhere.path, folder.file('lib'));
    mkdirSync(folder.file('etc/tls'), { recursive: true });
    writeFileSync(elsewhere.file('server.key'), 'of somebody else', { mode: 0o600 });
    symlinkSync(elsewhere.file('server.key'), folder.file('etc/tls/server.key'));
    await setUp(optionsIn(folder), machine);
    assert.ok(readdirSync(elsewhere.path).includes('console'));
    assert.equal(statSync(elsewhere.file('server.key')).mode & 0o777, 0o600);
  });

  it('replaces neither what is no key nor what is in the way', async () => {
    await using folder = await TemporaryFolder.make();
    const machine = new OwnedMachine();
    const options = optionsIn(folder);
    await setUp(options, machine);
    const key = folder.file('etc/keys/console.nk');
    rmSync(key);
    writeFileSync(key, 'nonsense');
    await assert.rejects(setUp(options, machine), (error) => {
      return error instanceof Failure && error.message.startsWith(`${key} holds no key`);
    });
    rmSync(key);
    mkdirSync(key);
    await assert.rejects(setUp(options, machine), (error) => {
      return (
        error instanceof Failure && error.message.startsWith(`${key} is no file; move it away`)
      );
    });
    assert.ok(statSync(key).isDirectory());
  });
});
