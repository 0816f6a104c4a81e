import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningSystem } from '../harness/running-system.ts';
import type { Settlement } from './reckoning.ts';
import { Crowd, type HistoryCounts } from './crowd.ts';
import { Follower } from './follower.ts';
import { ProcessWatch, type ProcessFigures } from './process-watch.ts';
import { Questions, type Answers } from './questions.ts';
import { Script, type Writing } from './script.ts';

export interface FloodOptions {
  /** Where they are; nobody may ever have been there before. */
  readonly path?: string;
  /** What their labels begin with. */
  readonly called?: string;
  /** What each prints; by default, what the stand-in tender can play. */
  readonly script?: Script;
  readonly unikernels: number;
  /** Of each. */
  readonly linesPerSecond: number;
  readonly seconds: number;
  /** At least one. */
  readonly followers: number;
  readonly stop: AbortSignal;
  readonly say: (text: string) => void;
  /** What must be before any of them may print more than its greeting. */
  readonly ready?: () => Promise<void>;
  /** What is done to the system while they print; the flood ends when it has, too. */
  readonly meanwhile?: (crowd: Crowd) => Promise<void>;
}

/** What was found, all counts summed over the unikernels. */
export interface FloodOutcome extends Omit<Settlement, 'problems'> {
  readonly printed: number;
  readonly history: HistoryCounts;
  readonly followers: readonly FollowerCounts[];
  readonly console: ProcessFigures;
  readonly bus: ProcessFigures;
  readonly answers: Answers;
  /** Of each unikernel that told it. */
  readonly writing: readonly Writing[];
  readonly createdMs: number;
  /** From the first line to the last. */
  readonly printedMs: number;
  /** To read all histories from their beginnings, once they are complete. */
  readonly readMs: number;
  readonly loads: readonly [before: number, after: number];
  /** What is not accounted for. */
  readonly problems: readonly string[];
}

type FollowerCounts = Pick<Follower, 'delivered' | 'missed' | 'messages' | 'interruptions'>;

const LOOK_MS = 100;
/** How long the feed may take for what the history has already. */
const DELIVERED_WITHIN_MS = 10_000;

/** Lets unikernels print, and accounts for every line. They are still there afterwards, silent. */
export async function flood(system: RunningSystem, options: FloodOptions): Promise<FloodOutcome> {
  const { linesPerSecond, seconds, stop, say, path = 'flood:', called = 'n' } = options;
  const before = loadavg()[0] ?? 0;
  const ticking = { rate: linesPerSecond, ticks: linesPerSecond * seconds };
  const { script = Script.ticking(ticking) } = options;
  const administrator = await system.administrator();
  const crowd = new Crowd(administrator, namesIn(path + called, options.unikernels), script);
  await using followers = await Followers.start(system, crowd, { path, count: options.followers });
  const [createdMs] = await timed(async () => await crowd.create(stop));
  say(`${options.unikernels} unikernels wait for their turn`);
  await options.ready?.();
  using console = new ProcessWatch(() => system.pidOf('console'));
  using bus = new ProcessWatch(() => system.pidOf('nats-server'));
  await using questions = new Questions(system.dir, [...crowd.members.keys()]);
  const [printedMs] = await timed(async () => {
    await crowd.begin();
    await Promise.all([crowd.untilSilent(stop), options.meanwhile?.(crowd)]);
  });
  say('they have printed all there was to print; their histories are read');
  const figures = { console: console.figures(), bus: bus.figures() };
  const answers = await questions.stop();
  const after = loadavg()[0] ?? 0;
  const [readMs, history] = await timed(async () => await crowd.readHistories(stop));
  await followers.untilDelivered(crowd, stop);
  const problems = followers.problems(crowd);
  return {
    ...settleAll(crowd, problems),
    ...figures,
    history,
    answers,
    createdMs,
    printedMs,
    readMs,
    loads: [before, after],
    printed: options.unikernels * (script.counted ?? 0),
    followers: followers.all.map(({ delivered, missed, messages, interruptions }) => {
      return { delivered, missed, messages, interruptions };
    }),
    writing: [...crowd.members.values()].flatMap(({ account }) => account.writing ?? []),
  };
}

function namesIn(begin: string, count: number): readonly string[] {
  const digits = String(count - 1).length;
  return Array.from({ length: count }, (_, n) => `${begin}${String(n).padStart(digits, '0')}`);
}

function settleAll(crowd: Crowd, problems: readonly string[]): Settlement {
  const sums = { entries: 0, recorded: 0, dropped: 0, gaps: 0, lostAtGaps: 0, unseen: 0 };
  const all = [...problems];
  let lostBytesMost = 0;
  for (const { name, account } of crowd.members.values()) {
    const settlement = account.settle(crowd.script.from);
    for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += settlement[key];
    lostBytesMost = Math.max(lostBytesMost, settlement.lostBytesMost);
    all.push(...settlement.problems.map((text) => `${name}: ${text}`));
  }
  return { ...sums, lostBytesMost, problems: all };
}

/** All followers of one crowd; the first shows it what it gets. */
class Followers implements AsyncDisposable {
  readonly all: Follower[] = [];

  static async start(
    system: RunningSystem,
    crowd: Crowd,
    { path, count }: { readonly path: string; readonly count: number },
  ): Promise<Followers> {
    const self = new Followers();
    const onEntries = crowd.take.bind(crowd);
    for (let n = 0; n < count; n += 1) {
      const own = n === 0 ? { onEntries } : {};
      // Others there may have ended just now, and still be told of.
      const names = crowd.members;
      self.all.push(await Follower.start(system.folders, { path, names, ...own }));
    }
    return self;
  }

  /** Resolves when each has got all there is, or when it will not get it any more. */
  async untilDelivered(crowd: Crowd, stop: AbortSignal): Promise<void> {
    const end = performance.now() + DELIVERED_WITHIN_MS;
    while (performance.now() < end && this.all.some((one) => isBehind(one, crowd))) {
      stop.throwIfAborted();
      await sleep(LOOK_MS);
    }
  }

  /** What is there and was not delivered, and nobody was told. */
  problems(crowd: Crowd): readonly string[] {
    return this.all.flatMap((follower, index) =>
      [...crowd.members.values()].flatMap(({ name, account: { newest } }) => {
        const last = follower.lastOf(name);
        if (follower.learn(name, newest)) return [];
        return [
          `follower ${index + 1} misses entries ${last + 1} to ${newest} of ${name} unawares`,
        ];
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of this.all) await one[Symbol.asyncDispose]();
  }
}

function isBehind(follower: Follower, crowd: Crowd): boolean {
  return [...crowd.members.values()].some(
    ({ name, account }) => follower.lastOf(name) < account.newest,
  );
}

async function timed<T>(work: () => Promise<T>): Promise<readonly [ms: number, result: T]> {
  const startedAt = performance.now();
  const result = await work();
  return [performance.now() - startedAt, result];
}
