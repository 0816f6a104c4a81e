import { busUrlFile, foldersOf, keyFile } from '@albatross/shared/runtime/folders';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { env, execPath, getuid } from 'node:process';
import { after, before, describe, it } from 'node:test';
import { helloImage } from '../../../examples/hello/src/index.ts';
import { clientProgram } from '../harness/client-program.ts';
import { OwnNetwork } from '../harness/own-network.ts';
import { Program } from '../harness/program.ts';
import { WRONG_FILES, WRONG_WORDS, type BadLine } from './bad-lines.ts';
import { isRefused, type Refusal, type Run } from './is-refused.ts';
import { WRONG_SPEECH, WrongServers } from './wrong-servers.ts';

const DEADLINE = { timeout: 60_000 };
/** Those that wait until a server is given up wait together, beside those that only take a moment. */
const ASIDE = { concurrency: 3 };
/** Otherwise they would have it from the one around them. */
const ONE_AT_ONCE = { concurrency: 1 };
/** A seed of the form that keys of the bus have, of nobody. */
const SEED = 'SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY';
const AUTHORITY = ['--ca', 'cacert.pem', '--ca-key', 'ca.key'];

describe('bad input', ASIDE, () => {
  let folder: TemporaryFolder;
  /** Those of systems. */
  let dirs: TemporaryFolder;
  let servers: WrongServers;
  let run: Run;

  before(async () => {
    folder = await TemporaryFolder.make();
    dirs = await TemporaryFolder.make();
    servers = new WrongServers();
    await chmod(folder.path, 0o755);
    await chmod(dirs.path, 0o755);
    run = {
      command: [execPath, await clientProgram()],
      env: { ...env, ALBATROSS_DIR: dirs.file('empty') },
      folder: folder.path,
    };
    await copyFile(helloImage('spt'), folder.file('hello.spt'));
    await writeFile(folder.file('empty'), '');
    await writeFile(folder.file('garbage'), Buffer.alloc(300, '\x00{garbage]'));
    await writeFile(folder.file('secret'), 'secret', { mode: 0 });
    await mkdir(folder.file('folder'));
    const generated = [...run.command, 'generate', 'ca', 'ca.db'];
    const { status, stderr } = await Program.run(generated, { env, cwd: folder.path });
    assert.equal(status, 0, stderr);
  }, DEADLINE);
  after(async () => {
    await servers[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
    await dirs[Symbol.asyncDispose]();
  });

  describe('words that are wrong', ONE_AT_ONCE, () => {
    for (const bad of WRONG_WORDS) it(titleOf(bad), DEADLINE, async () => await refuses(bad));
  });

  describe('files that cannot be used', ONE_AT_ONCE, () => {
    for (const bad of WRONG_FILES)
      it(titleOf(bad), DEADLINE, async (t) => {
        // Root may read everything.
        if (!bad.words.includes('secret') || getuid?.() !== 0) return await refuses(bad);
        const nobody = ['setpriv', '--reuid', '65534', '--clear-groups'];
        if ((await Program.run([...nobody, 'true'], { env, cwd: '/' })).status !== 0)
          return t.skip('not run here: nobody else can be who runs it');
        await isRefused({ ...run, command: [...nobody, ...run.command] }, wordsOf(bad), bad);
      });
  });

  describe('an output', ONE_AT_ONCE, () => {
    for (const words of ['help topics', 'completion bash', 'explain cacert.pem'])
      it(`that is full, of ${words}`, DEADLINE, async () => {
        const full = ['sh', '-c', 'exec "$@" >/dev/full', 'sh', ...run.command];
        const refusal: Refusal = { code: 'OUTPUT_LOST', says: /cannot be written: ENOSPC/ };
        await isRefused({ ...run, command: full }, words.split(' '), refusal);
      });

    it('that nobody reads is no failure', DEADLINE, async () => {
      const script = '"$@" | true; exit ${PIPESTATUS[0]}';
      const words = ['bash', '-c', script, 'bash', ...run.command, 'completion', 'bash'];
      const ended = await Program.run(words, { env: run.env, cwd: run.folder });
      assert.deepEqual(ended, { status: 0, stdout: '', stderr: '' });
    });
  });

  describe('a system that is not there', ASIDE, () => {
    const missing: Refusal = { code: 'BUS_UNREACHABLE', says: /no bus at nats:/ };

    it('because there is none in the folder', DEADLINE, async () => {
      await isRefused(run, ['info'], { code: 'BUS_UNREACHABLE', says: /bus\.url cannot be read/ });
    });

    it('because nobody listens', DEADLINE, async () => {
      await isRefused(await runAt(await servers.nobody()), ['info'], missing);
    });

    for (const [what, speech] of Object.entries(WRONG_SPEECH))
      it(`because what listens ${what}`, DEADLINE, async () => {
        await isRefused(await runAt(await servers.speaking(speech)), ['info'], missing);
      });
  });

  describe('another host', ASIDE, () => {
    const there = (destination: string): readonly string[] => [
      'info',
      '--destination',
      destination,
      ...AUTHORITY,
    ];
    const unreachable: Refusal = { code: 'REMOTE_UNREACHABLE', says: /no connection to \S+: / };

    it('that nobody listens on', DEADLINE, async () => {
      await isRefused(run, there(`127.0.0.1:${await servers.nobody()}`), unreachable);
    });

    it('whose name nobody knows', DEADLINE, async () => {
      await isRefused(run, there('no-such-host.invalid'), unreachable);
    });

    it('that never answers, or that there is no way to', DEADLINE, async (t) => {
      const none = await OwnNetwork.whyNot();
      if (none !== false) return t.skip(`not run here: ${none}`);
      const network = await OwnNetwork.open(t);
      // What is sent to the one goes nowhere.
      await network.namespace.ip('address add 203.0.113.1/24 dev br0');
      await network.namespace.ip('neighbour add 203.0.113.2 lladdr 02:00:00:00:00:02 dev br0');
      await network.namespace.ip('route add unreachable 198.51.100.0/24');
      const inside = {
        ...run,
        command: network.namespace.command('env', `--chdir=${run.folder}`, ...run.command),
      };
      await Promise.all(
        ['203.0.113.2', '198.51.100.2'].map(
          async (host) => await isRefused(inside, there(host), unreachable),
        ),
      );
    });

    for (const [what, speech] of Object.entries(WRONG_SPEECH))
      it(`that ${what}`, DEADLINE, async () => {
        const port = await servers.speaking(speech);
        const code = what === 'says nothing' ? 'DEADLINE_EXCEEDED' : 'REMOTE_LOST';
        const says = new RegExp(`127\\.0\\.0\\.1:${port}`);
        await isRefused(run, there(`127.0.0.1:${port}`), { code, says });
      });

    it('that has no newer TLS than 1.2', DEADLINE, async () => {
      const [cert, key] = await Promise.all(
        ['server.pem', 'server.key'].map(async (file) => await readFile(folder.file(file))),
      );
      const port = await servers.withOldTls({ cert: cert as Buffer, key: key as Buffer });
      const says = /TLS|version|protocol/i;
      await isRefused(run, there(`127.0.0.1:${port}`), { code: 'REMOTE_LOST', says });
    });
  });

  async function refuses(bad: BadLine): Promise<void> {
    await isRefused(run, wordsOf(bad), bad);
  }

  /** A folder that says that the bus is there. */
  async function runAt(port: number): Promise<Run> {
    const dir = dirs.file(String(port));
    const folders = foldersOf(dir);
    for (const [file, text] of [
      [busUrlFile(folders), `nats://127.0.0.1:${port}`],
      [keyFile(folders, 'admin'), SEED],
    ] as const) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    return { ...run, env: { ...run.env, ALBATROSS_DIR: dir } };
  }
});

function titleOf({ words }: BadLine): string {
  return words === '' ? 'no words at all' : words;
}

function wordsOf({ words }: BadLine): readonly string[] {
  return words === '' ? [] : words.split(' ');
}
