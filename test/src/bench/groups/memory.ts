import { setTimeout as sleep } from 'node:timers/promises';
import { figureOf, onlyOnce, type Figure } from '../figures.ts';
import type { Ground, Group } from '../group.ts';
import type { Limit, Unit } from '../row.ts';
import { pssKibOf } from '../process-cost.ts';
import { GrowingCrowd } from './growth/growing-crowd.ts';
import { pagesOfOthersKib } from './memory/file-pages.ts';
import { mostForImages } from './memory/image-sizes.ts';
import { besideTendersKib } from './memory/overhead.ts';
import { PROCESSES, WholeSystem } from './memory/whole-system.ts';

const UNIKERNELS = 1_000;
const UNIKERNELS_QUICK = 5;
const IMAGES_MIB = [4, 200] as const;
const IMAGES_MIB_QUICK = [1, 8] as const;
const ROUNDS = 3;
/** Stats looks at all of them every ten seconds. */
const SETTLE_MS = 12_000;
const SETTLE_QUICK_MS = 200;
const LOOKS = 5;
const BETWEEN_MS = 400;

type ProcessName = (typeof PROCESSES)[number];

export const MEMORY: Group = {
  name: 'memory',
  what: 'what every process has, with no and with many unikernels, and while large images are created',
  async measure(ground) {
    await measureUnikernels(ground);
    // One that has had no unikernels: what it took for those, images would find and use.
    await using whole = await WholeSystem.start();
    await addImages(ground, whole);
  },
};

async function measureUnikernels(ground: Ground): Promise<void> {
  const count = ground.isQuick ? UNIKERNELS_QUICK : UNIKERNELS;
  await using whole = await WholeSystem.start();
  const idle = await look(ground, whole);
  addProcesses(ground, 'idle', 'idle', idle);
  await using crowd = await GrowingCrowd.in(whole.system, count);
  await crowd.growTo(count, ground.stop);
  const full = await look(ground, whole);
  addProcesses(ground, String(UNIKERNELS), `with ${count} unikernels`, full);
  addOverhead(ground, count, { idle, full, dir: whole.system.dir });
}

/** MiB, of all looks. */
interface Looks {
  readonly each: ReadonlyMap<ProcessName, readonly number[]>;
  readonly all: readonly number[];
}

async function look(ground: Ground, whole: WholeSystem): Promise<Looks> {
  await sleep(ground.isQuick ? SETTLE_QUICK_MS : SETTLE_MS, undefined, { signal: ground.stop });
  const each = new Map(PROCESSES.map((name) => [name, [] as number[]]));
  const all: number[] = [];
  for (let n = 0; n < LOOKS; n += 1) {
    let sumKib = pagesOfOthersKib(PROCESSES.map((name) => whole.pidOf(name)));
    for (const [name, values] of each) {
      const kib = pssKibOf(whole.pidOf(name));
      values.push(kib / 1024);
      sumKib += kib;
    }
    all.push(sumKib / 1024);
    await sleep(BETWEEN_MS, undefined, { signal: ground.stop });
  }
  return { each, all };
}

function addProcesses(ground: Ground, key: string, when: string, { each, all }: Looks): void {
  for (const [name, values] of each)
    add(ground, `${key}-${name}`, `${name}, ${when}, Pss`, 'MiB', figureOf(values));
  const what = `the whole system, ${when}: the sum, and what Pss leaves to the benchmark`;
  add(ground, key, what, 'MiB', figureOf(all));
}

/** A sum of what is measured once: what a unikernel takes beside its tender. */
function addOverhead(
  ground: Ground,
  count: number,
  { idle, full, dir }: { readonly idle: Looks; readonly full: Looks; readonly dir: string },
): void {
  const growthKib = (name: ProcessName): number =>
    ((median(full, name) - median(idle, name)) * 1024) / count;
  const keeper = figureOf(besideTendersKib(dir, count));
  const growth = PROCESSES.reduce((sum, name) => sum + growthKib(name), 0);
  const supervisor = growthKib('supervisor');
  add(ground, 'keeper', 'the keeper of one unikernel, Pss', 'KiB', keeper);
  add(
    ground,
    'supervisor-growth',
    `supervisor, for each of ${count} unikernels`,
    'KiB',
    onlyOnce(supervisor),
  );
  add(
    ground,
    'per-unikernel',
    `all but the tender, for each of ${count} unikernels: its keeper, and what all services grow by`,
    'KiB',
    onlyOnce(keeper.median + growth),
  );
}

function median(looks: Looks, name: ProcessName): number {
  return figureOf(looks.each.get(name) ?? []).median;
}

async function addImages(ground: Ground, whole: WholeSystem): Promise<void> {
  const [small, large] = ground.isQuick ? IMAGES_MIB_QUICK : IMAGES_MIB;
  const rounds = ground.isQuick ? 1 : ROUNDS;
  const most = await mostForImages(whole.system, [small, large], rounds, ground.stop);
  const figure = (mib: number): Figure => figureOf(most.get(mib) ?? []);
  const what = (mib: number): string =>
    `supervisor's most Rss while ${large} MiB come in images of ${mib}`;
  add(ground, 'small-image', what(small), 'MiB', figure(small));
  const limit = { what: `the same of ${small} MiB`, figure: figure(small) };
  add(ground, 'large-image', what(large), 'MiB', figure(large), limit);
}

function add(
  ground: Ground,
  key: string,
  what: string,
  unit: Unit,
  figure: Figure,
  limit: Limit | null = null,
): void {
  ground.row({ key: `memory/${key}`, what, unit, figure, limit, who: 'ours' });
}
