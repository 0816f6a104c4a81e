import { eventually } from '@albatross/shared/bus/testing/asserts';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { env } from 'node:process';
import { describe, it } from 'node:test';
import { KeptProcess } from './kept-process.ts';

interface StartOptions {
  readonly pidFile?: string;
  readonly stopDeadlineMs?: number;
  readonly capabilities?: readonly string[] | null;
}

/** A line of sh that is kept running, what is said about it, and where it tells things. */
class Kept implements AsyncDisposable {
  readonly said: string[] = [];
  readonly pidFile: string;
  readonly #folder: TemporaryFolder;
  readonly #process: KeptProcess;

  private constructor(
    folder: TemporaryFolder,
    command: string,
    pidFile: string,
    deadlineMs: number,
    capabilities: readonly string[] | null,
  ) {
    this.#folder = folder;
    this.pidFile = folder.file(pidFile);
    this.#process = new KeptProcess({
      name: 'program',
      command: ['sh', '-c', command],
      env: { ...env, DIR: folder.path },
      pidFile: this.pidFile,
      say: (text) => void this.said.push(text),
      stopDeadlineMs: deadlineMs,
      ...(capabilities === null ? {} : { capabilities }),
    });
  }

  static async start(
    command: string,
    { pidFile = 'program.pid', stopDeadlineMs = 12_000, capabilities = null }: StartOptions = {},
  ): Promise<Kept> {
    const folder = await TemporaryFolder.make();
    return new Kept(folder, command, pidFile, stopDeadlineMs, capabilities);
  }

  /** What the program wrote into a file; nothing when there is none. */
  wrote(file: string): string {
    const path = this.#folder.file(file);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  get pid(): number {
    return Number(this.wrote('program.pid'));
  }

  async untilWrote(file: string, text: string): Promise<void> {
    await eventually(`it wrote ${text}`, () => this.wrote(file) === text);
  }

  async stop(): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#folder[Symbol.asyncDispose]();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const STAYS = 'echo $$ >"$DIR/own"; exec sleep 1000';

describe('a kept process', () => {
  it('runs with its id in a file, and ends and takes the file away when it is told to stop', async () => {
    await using kept = await Kept.start(STAYS);
    await eventually('it runs', () => kept.wrote('own') !== '' && kept.pid !== 0);
    const pid = Number(kept.wrote('own'));
    assert.equal(readFileSync(kept.pidFile, 'utf8'), `${pid}\n`);
    await kept.stop();
    assert.equal(isAlive(pid), false);
    assert.equal(existsSync(kept.pidFile), false);
    assert.deepEqual(kept.said, []);
  });

  it('is started again whenever it dies, later each time, and says how it died', async () => {
    await using kept = await Kept.start('echo x >>"$DIR/starts"; exit 3');
    await kept.untilWrote('starts', 'x\nx\nx\n');
    assert.deepEqual(kept.said.slice(0, 2), [
      'program ended (status 3); starting it again in 250 ms',
      'program ended (status 3); starting it again in 500 ms',
    ]);
  });

  it('is started again when it is killed, as another process', async () => {
    await using kept = await Kept.start(STAYS);
    await eventually('it runs', () => kept.wrote('own') !== '');
    const pid = Number(kept.wrote('own'));
    process.kill(pid, 'SIGKILL');
    await eventually('another runs', () => kept.pid !== 0 && kept.pid !== pid);
    assert.deepEqual(kept.said, ['program ended (SIGKILL); starting it again in 250 ms']);
  });

  it('has no file while it does not run', async () => {
    await using kept = await Kept.start('exit 0');
    await eventually('it has ended', () => kept.said.length === 1);
    assert.equal(existsSync(kept.pidFile), false);
  });

  it('stops at once while it waits to be started again', async () => {
    await using kept = await Kept.start('echo x >>"$DIR/starts"; exit 3');
    await eventually('it has ended', () => kept.said.length === 1);
    await kept.stop();
    assert.equal(kept.wrote('starts'), 'x\n');
    assert.equal(kept.said.length, 1);
  });

  it('is killed when it does not end in time', async () => {
    const command =
      'trap "echo told >\\"$DIR/told\\"" TERM; echo x >"$DIR/ready"; while :; do sleep 0.02; done';
    await using kept = await Kept.start(command, { stopDeadlineMs: 200 });
    await kept.untilWrote('ready', 'x\n');
    await kept.stop();
    assert.equal(kept.wrote('told'), 'told\n');
  });

  it('runs once even where its id cannot be written down', async () => {
    await using kept = await Kept.start('echo x >>"$DIR/starts"; exec sleep 1000', {
      pidFile: 'missing/program.pid',
    });
    await kept.untilWrote('starts', 'x\n');
    await eventually('it is said', () => kept.said.length === 1);
    assert.match(kept.said[0] ?? '', /^program runs as process \d+, which cannot be written down/);
    const pid = Number(/process (\d+)/.exec(kept.said[0] ?? '')?.[1]);
    assert.equal(isAlive(pid), true);
    await kept.stop();
    assert.equal(isAlive(pid), false);
    assert.equal(kept.wrote('starts'), 'x\n');
  });

  it('that is no program is tried again, not given up', async () => {
    await using kept = await Kept.start('exec no-such-program 2>/dev/null');
    await eventually('it was tried', () => kept.said.length === 1);
    assert.equal(kept.said[0], 'program ended (status 127); starting it again in 250 ms');
  });

  it('has no more privileges than it is given, however it is started again', async (t) => {
    if (process.getuid?.() !== 0) return t.skip('an ordinary user has none to give up');
    const command = 'grep Cap /proc/self/status >>"$DIR/caps"';
    await using kept = await Kept.start(command, { capabilities: ['chown', 'kill'] });
    await eventually('it was started twice', () => kept.said.length >= 2);
    const sets = kept.wrote('caps').split('\n');
    for (const name of ['CapPrm', 'CapEff', 'CapBnd']) {
      const shown = sets.filter((line) => line.startsWith(name)).slice(0, 2);
      assert.deepEqual(shown, Array(2).fill(`${name}:\t0000000000000021`));
    }
  });

  it('with few privileges is still told to stop when whoever keeps it is killed', async (t) => {
    if (process.getuid?.() !== 0) return t.skip('an ordinary user has none to give up');
    const words = ['--pdeathsig', 'TERM', '--bounding-set=-all,+kill', '--inh-caps=-all', '--'];
    const stays = `setpriv ${words.join(' ')} sh -c 'echo $$; exec sleep 1000' & wait`;
    const keeper = spawn('sh', ['-c', stays], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [said] = (await once(keeper.stdout, 'data')) as [Buffer];
    keeper.kill('SIGKILL');
    await eventually('it ends', () => !isAlive(Number(said.toString())));
  });
});
