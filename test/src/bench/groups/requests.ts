import { UNIKERNELS_PER_PAGE_MAX } from '@albatross/shared/contracts/unikernel-list';
import { RunningSystem } from '../../harness/running-system.ts';
import { standInTender } from '../../harness/tender-path.ts';
import { figureOf, onlyOnce, type Figure } from '../figures.ts';
import type { Ground, Group } from '../group.ts';
import type { Row } from '../row.ts';
import { GrowingCrowd } from './growth/growing-crowd.ts';
import { Asker } from './requests/asker.ts';
import { askInTurn, type Answered, type Asked } from './requests/comparison.ts';
import { EmptyEndpoint } from './requests/empty-endpoint.ts';
import { infoOf, infoOfNone, listOf, NOTHING, type Checked } from './requests/questions.ts';

const COUNTS = [0, 100, 1_000];
const COUNTS_QUICK = [0, 5];
const IN_FLIGHT = [1, 8];
const PACE = { rounds: 5, forMs: 400 };
const PACE_QUICK = { rounds: 1, forMs: 100 };
/** Until V8 has compiled what is asked for all the time, as it has in a process that runs for weeks. */
const WARM = { inFlight: 8, rounds: 3, forMs: 1_000 };
const WARM_QUICK = { inFlight: 8, rounds: 1, forMs: 100 };
const LIMIT = 'an empty endpoint on the same bus, asked in turn by the same program';

export const REQUESTS: Group = {
  name: 'requests',
  what: 'info and the list are asked for over the bus, with more and more unikernels',
  async measure(ground) {
    const counts = ground.isQuick ? COUNTS_QUICK : COUNTS;
    await using system = await RunningSystem.start({ tenders: await standInTender() });
    await using asker = await Asker.make(system.folders);
    await using empty = await EmptyEndpoint.start(system);
    await using crowd = await GrowingCrowd.in(system, Math.max(...counts));
    for (const count of counts) {
      await crowd.growTo(count, ground.stop);
      ground.say(`  ${count} unikernels`);
      const pid = system.pidOf('supervisor');
      const asked = {
        info: { question: infoAmong(crowd.names), pid },
        list: { question: listOf(count), pid },
        nothing: { question: NOTHING, pid: empty.pid },
      };
      await measureAmong(ground, asker, count, asked);
    }
  },
};

type Questions = Readonly<Record<'info' | 'list' | 'nothing', Asked>>;

function infoAmong(names: readonly string[]): Checked {
  const name = names[Math.floor(names.length / 2)];
  return name === undefined ? infoOfNone('nobody') : infoOf(name);
}

async function measureAmong(
  ground: Ground,
  asker: Asker,
  count: number,
  { info, list, nothing }: Questions,
): Promise<void> {
  const { stop, isQuick } = ground;
  await askInTurn(asker, [info, list, nothing], { ...(isQuick ? WARM_QUICK : WARM), stop });
  for (const inFlight of IN_FLIGHT) {
    const pace = { inFlight, ...(isQuick ? PACE_QUICK : PACE), stop };
    const [ofInfo, ofList, bare] = await askInTurn(asker, [info, list, nothing], pace);
    if (ofInfo === undefined || ofList === undefined || bare === undefined) return;
    const page = Math.min(count, UNIKERNELS_PER_PAGE_MAX);
    const whatInfo = count === 0 ? 'info of one that is not there' : `info of one of ${count}`;
    const whatList = `list of ${count}${page < count ? `, its first ${page}` : ''}`;
    const common = { ground, inFlight, bare };
    addRows({ ...common, key: `info-${count}`, what: whatInfo, ours: ofInfo });
    addRows({ ...common, key: `list-${count}`, what: whatList, ours: ofList });
  }
}

interface Result {
  readonly ground: Ground;
  readonly key: string;
  readonly what: string;
  readonly inFlight: number;
  readonly ours: Answered;
  readonly bare: Answered;
}

function addRows({ ground, inFlight, ours, bare, ...named }: Result): void {
  const key = `requests/${named.key}-${inFlight}`;
  const what = `${named.what}, ${inFlight} in flight`;
  const add = (one: Pick<Row, 'key' | 'what' | 'unit'>, of: (all: Answered) => Figure): void => {
    const limit = { what: LIMIT, figure: of(bare) };
    ground.row({ ...one, figure: of(ours), limit, who: 'ours' });
  };
  add({ key, what, unit: '/s' }, ({ perSecond }) => figureOf(perSecond));
  const latency = { key: `${key}-latency`, what: `${what}: one`, unit: 'ms' } as const;
  add(latency, ({ latenciesMs }) => figureOf(latenciesMs));
  // Alone, most of it is falling asleep and waking up.
  if (inFlight === 1) return;
  const cpu = { key: `${key}-cpu`, what: `${what}: CPU of who answers`, unit: 'µs' } as const;
  add(cpu, ({ cpuMicroseconds }) => onlyOnce(cpuMicroseconds));
}
