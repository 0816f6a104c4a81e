import { setTimeout as sleep } from 'node:timers/promises';
import { RunningSystem, type ProcessName } from '../../harness/running-system.ts';
import { standInTender } from '../../harness/tender-path.ts';
import { figureOf } from '../figures.ts';
import type { Ground, Group } from '../group.ts';
import type { Point, Series } from '../row.ts';
import { pssKibOf } from '../process-cost.ts';
import { GrowingCrowd } from './growth/growing-crowd.ts';
import { idleCpuMs } from './growth/idle-cpu.ts';
import { Asker } from './requests/asker.ts';
import { infoOf, listOf, type Checked } from './requests/questions.ts';

const COUNTS = [10, 50, 100, 200, 500, 1_000, 2_000];
const COUNTS_QUICK = [5, 10];
/** Alone, one after the other. */
const ASKING = { inFlight: 1, forMs: 500 };
const ASKING_QUICK = { inFlight: 1, forMs: 50 };
/** In which stats looks at all of them once. */
const IDLE_MS = 10_000;
const IDLE_QUICK_MS = 500;
/** What was asked of a system before must be over. */
const SETTLE_MS = 1_000;

const PROCESSES = ['supervisor', 'console', 'stats', 'nats-server'] as const;

export const GROWTH: Group = {
  name: 'growth',
  what: 'what things cost with more and more unikernels',
  async measure(ground) {
    const counts = ground.isQuick ? COUNTS_QUICK : COUNTS;
    await using system = await RunningSystem.start({ tenders: await standInTender() });
    await using asker = await Asker.make(system.folders);
    await using crowd = await GrowingCrowd.in(system, Math.max(...counts));
    const steps: Step[] = [];
    for (const count of counts) {
      const former = crowd.names.length;
      const from = performance.now();
      await crowd.growTo(count, ground.stop);
      const createdPerSecond = ((count - former) * 1_000) / (performance.now() - from);
      ground.say(`  ${count} unikernels`);
      steps.push({
        count,
        createdPerSecond,
        ...(await takeStep(ground, system, asker, crowd.names)),
      });
    }
    for (const one of seriesOf(steps)) ground.series(one);
  },
};

interface Taken {
  readonly infoMs: number;
  readonly listMs: number;
  readonly cpuMs: Readonly<Record<ProcessName, number>>;
  readonly pssMib: Readonly<Record<ProcessName, number>>;
}

interface Step extends Taken {
  readonly count: number;
  readonly createdPerSecond: number;
}

async function takeStep(
  { isQuick, stop }: Ground,
  system: RunningSystem,
  asker: Asker,
  names: readonly string[],
): Promise<Taken> {
  const latency = async (question: Checked): Promise<number> => {
    const asking = isQuick ? ASKING_QUICK : ASKING;
    // The first time has everything compiled for so many.
    await asker.ask(question, asking);
    const { reply, latenciesMs } = await asker.ask(question, asking);
    question.check(reply);
    return figureOf(latenciesMs).median;
  };
  const infoMs = await latency(infoOf(names[Math.floor(names.length / 2)] ?? ''));
  const listMs = await latency(listOf(names.length));
  await sleep(SETTLE_MS, undefined, { signal: stop });
  const cpuMs = await idleCpuMs(pidsOf(system), isQuick ? IDLE_QUICK_MS : IDLE_MS, stop);
  const pssMib = eachProcess((name) => pssKibOf(system.pidOf(name)) / 1024);
  return { infoMs, listMs, cpuMs, pssMib };
}

function pidsOf(system: RunningSystem): Readonly<Record<ProcessName, number>> {
  return eachProcess((name) => system.pidOf(name));
}

function eachProcess<T>(of: (name: ProcessName) => T): Record<ProcessName, T> {
  return Object.fromEntries(PROCESSES.map((name) => [name, of(name)])) as Record<ProcessName, T>;
}

function seriesOf(steps: readonly Step[]): readonly Series[] {
  const points = (of: (step: Step) => number): readonly Point[] =>
    steps.map((step) => ({ unikernels: step.count, value: of(step) }));
  const memory = PROCESSES.map((name) => ({
    key: `memory/${name}`,
    what: `${name}, Pss`,
    unit: 'MiB' as const,
    points: points(({ pssMib }) => pssMib[name]),
  }));
  const cpu = PROCESSES.map((name) => ({
    key: `idle-cpu/${name}`,
    what: `CPU of ${name} in a minute in which nobody asks for anything`,
    unit: 'ms' as const,
    points: points(({ cpuMs }) => cpuMs[name]),
  }));
  return [
    ...memory,
    {
      key: 'latency/info',
      what: 'info of one, asked alone, median',
      unit: 'ms',
      points: points(({ infoMs }) => infoMs),
    },
    {
      key: 'latency/list',
      what: 'first page of the list, asked alone, median',
      unit: 'ms',
      points: points(({ listMs }) => listMs),
    },
    ...cpu,
    {
      key: 'creates/rate',
      what: 'creates from the number before to this one, 64 under way',
      unit: '/s',
      points: points(({ createdPerSecond }) => createdPerSecond),
    },
  ];
}
