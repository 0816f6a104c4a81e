import { Bus } from '@albatross/shared/bus/bus';
import { deferred } from '@albatross/shared/bus/deferred';
import { eventually } from '@albatross/shared/bus/testing/asserts';
import { consoleFeed, consoleHistory } from '@albatross/shared/contracts/console';
import { parseName } from '@albatross/shared/domain/name';
import { readBusAccess } from '@albatross/shared/runtime/bus-access';
import type { Folders } from '@albatross/shared/runtime/folders';
import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { Crowd } from '../flood/crowd.ts';
import { flood, type FloodOutcome } from '../flood/flood.ts';
import { Follower } from '../flood/follower.ts';
import { report } from '../flood/report.ts';
import { Script } from '../flood/script.ts';
import { shownIn } from '../flood/shown.ts';
import { entryTexts } from '../harness/console-entries.ts';
import type { Program } from '../harness/program.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';

const DEADLINE = { timeout: 120_000 };
const LOUD = 'loud';
const NEWEST = { kind: 'count', count: 1 } as const;
/** Two files, each full at 8 MiB and the read that fills it. */
const HISTORY_BYTES_MAX = 2 * (8 * 1024 * 1024 + 64 * 1024);
const CONSOLE_BYTES_MAX = 512 * 1024 * 1024;

const sizes = { path: 'quiet:', unikernels: 20, linesPerSecond: 20, seconds: 5, followers: 1 };

describe('a unikernel that prints as fast as it can', () => {
  let system: RunningSystem;
  let loud: Crowd;
  before(async () => {
    system = await RunningSystem.start({ tenders: await standInTender() });
    loud = new Crowd(await system.administrator(), [LOUD], Script.flooding());
  }, DEADLINE);
  after(async () => await system[Symbol.asyncDispose](), DEADLINE);

  it('delays nobody, whether its followers read or not', DEADLINE, async (t) => {
    const onEntries = loud.take.bind(loud);
    await using follower = await Follower.start(system.folders, { path: LOUD, onEntries });
    await using _ = await neverTakes(system.folders);
    await loud.create(t.signal);
    const stopped = system.startAlbatross('console', LOUD, '--follow', '--json');
    t.after(() => stopped.signal('SIGKILL'));
    await stopped.untilSays(/"line":"argument: flood"/);
    stopped.signal('SIGSTOP');
    await loud.begin();
    const outcome = await floodQuietly(t);
    const { reached } = loudAccount();
    await loud.untilReached(reached + 1, t.signal);
    stopped.signal('SIGCONT');
    await assertTold(stopped);
    t.diagnostic(
      `of its first ${reached} lines a follower got ${follower.delivered} entries, and missed ${follower.missed}`,
    );
    assert.ok(outcome.console.rssMost < CONSOLE_BYTES_MAX, `${outcome.console.rssMost} bytes`);
  });

  it(
    'has all it printed recorded or counted, in no more than so many bytes',
    DEADLINE,
    async (t) => {
      const administrator = await system.administrator();
      await administrator.destroy(LOUD);
      const { aged } = await loud.readHistories(t.signal);
      const settlement = loudAccount().settle(aged + 1);
      assert.deepEqual(settlement.problems, []);
      assert.ok(settlement.dropped > 0 && settlement.recorded > 0);
      const bytes = historyBytes();
      assert.ok(bytes < HISTORY_BYTES_MAX, `${bytes} bytes`);
      const { recorded, dropped } = settlement;
      t.diagnostic(`${bytes} bytes hold ${recorded} lines, and that ${dropped} were dropped`);
    },
  );

  /** Twenty others, which print slowly: every line of theirs is there while the flood goes on. */
  async function floodQuietly(t: TestContext): Promise<FloodOutcome> {
    const say = (text: string): void => t.diagnostic(text);
    const options = { ...sizes, stop: t.signal, say };
    const before = loudAccount().reached;
    const outcome = await flood(system, options);
    for (const line of report(outcome, options)) say(line);
    say(`the flood went on by ${loudAccount().reached - before} lines meanwhile`);
    say(`the others' lines were recorded at most ${await mostLateMs()} ms late`);
    assert.ok(loudAccount().reached > before);
    assert.deepEqual(outcome.problems, []);
    assert.deepEqual([outcome.recorded, outcome.dropped, outcome.gaps], [outcome.printed, 0, 0]);
    return outcome;
  }

  /** Compared with the first tick of each, by the times console wrote down. */
  async function mostLateMs(): Promise<number> {
    const administrator = await system.administrator();
    let most = 0;
    for (let n = 0; n < sizes.unikernels; n += 1) {
      const name = `${sizes.path}n${String(n).padStart(2, '0')}`;
      const entries = await administrator.console(name);
      const ticks = entries.filter((entry) => entryTexts([entry])[0]?.startsWith('tick '));
      const begin = ticks[0]?.at ?? 0;
      for (const [tick, { at }] of ticks.entries())
        most = Math.max(most, at - begin - (tick * 1000) / sizes.linesPerSecond);
    }
    return most;
  }

  /** Where it does not show what was printed, a marker says so; and it comes to the newest again. */
  async function assertTold(program: Program): Promise<void> {
    const { bus } = await system.administrator();
    const newest = await bus.request(consoleHistory, { name: LOUD, from: NEWEST });
    const { seq = 0 } = newest.entries[0] ?? {};
    await eventually('it shows what is new', () => lastShown(program.stdout) >= seq, 60_000);
    program.signal('SIGINT');
    const { status, stdout } = await program.ended();
    assert.equal(status, 0);
    const shown = shownIn(stdout);
    for (const [index, { seq, marker }] of shown.entries()) {
      const before = shown[index - 1]?.seq ?? seq - 1;
      assert.ok(seq === before + 1 || marker === 'gap', `${seq} follows on ${before}`);
    }
  }

  function loudAccount() {
    const [member] = loud.members.values();
    assert.ok(member !== undefined);
    return member.account;
  }

  function historyBytes(): number {
    const folder = join(system.folders.state, 'console', `:${LOUD}`);
    const sizes = readdirSync(folder).map((file) => statSync(join(folder, file)).size);
    return sizes.reduce((sum, size) => sum + size, 0);
  }
});

/** The number of the entry in the last whole line. */
function lastShown(output: string): number {
  const end = output.lastIndexOf('\n');
  const line = output.slice(output.lastIndexOf('\n', end - 1) + 1, end + 1);
  return shownIn(line)[0]?.seq ?? 0;
}

/** Somebody who follows the flood, and does not come to an end with its first message. */
async function neverTakes(folders: Folders): Promise<AsyncDisposable> {
  const bus = await Bus.connect({
    ...(await readBusAccess(folders, 'watcher')),
    identity: 'watcher',
    onDefect: (error) => {
      throw error;
    },
  });
  const never = deferred();
  bus.follow(consoleFeed, parseName(LOUD), {
    onMessage: async () => await never.promise,
    onDropped: () => undefined,
  });
  await bus.flush();
  return bus;
}
