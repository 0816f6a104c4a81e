import { createBlock, removeBlock } from '@albatross/shared/contracts/block';
import { createUnikernel } from '@albatross/shared/contracts/unikernel';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import { upload } from '@albatross/shared/bus/blobs';
import { randomUUID } from 'node:crypto';
import { helloImage } from '../../../examples/hello/src/index.ts';
import { problemsAtRest, untilNone } from '../chaos/at-rest.ts';
import { connectToBus } from '../chaos/connection.ts';
import { destroyEverything, leftovers } from '../chaos/destroy-everything.ts';
import { chooseImage, NET_DEVICE } from '../chaos/images.ts';
import type { Journal } from '../chaos/journal.ts';
import { BRIDGES, canHaveNetworks } from '../chaos/own-network.ts';
import { Dice } from '../chaos/random.ts';
import type { Administrator } from '../harness/administrator.ts';
import type { Endpoint } from '../harness/endpoint.ts';
import { order, INFO, mintTenant } from '../harness/tenants.ts';
import { EventCollector } from './event-collector.ts';
import type { HeapTeller } from './heap-teller.ts';
import { Load } from './load.ts';
import { isOfClients, TENANT } from './names.ts';
import { Standing } from './standing.ts';
import { verdictsOf } from './verdicts.ts';
import type { Verdict } from './verdict.ts';

export interface SoakOptions {
  /** Of load. */
  readonly seconds: number;
  readonly seed: number;
  readonly isReal: boolean;
  readonly stop: AbortSignal;
  readonly journal: Journal;
  readonly heaps: HeapTeller;
  readonly say: (text: string) => void;
}

/** Services are killed in the first part only: whoever is to be watched must live. */
const DISTURBED_PART = 0.4;
const REST_PART = 0.1;
const REST_MIN_SECONDS = 3;
const REST_MAX_SECONDS = 60;
/** Longer than an upload is kept that nobody goes on with, and connections that are idle. */
const GONE_WITHIN_MS = 90_000;

/** Lets a system work, and then leave nothing; resolves with what was found. */
export async function soak(endpoint: Endpoint, options: SoakOptions): Promise<readonly Verdict[]> {
  const { seconds, stop } = options;
  const startedAt = performance.now();
  const say = (text: string): void =>
    options.say(`${((performance.now() - startedAt) / 1000).toFixed(0)} s: ${text}`);
  const { system } = endpoint;
  const load = new Load(options, endpoint);
  await using bus = await connectToBus(system.folders, load.findings);
  const collector = new EventCollector(bus);
  const over = new AbortController();
  const collecting = collector.run(over.signal);
  try {
    await touchEverything(endpoint, options);
    using standing = await Standing.begin(endpoint, options);
    const phase = async (part: number, isDisturbed: boolean): Promise<void> => {
      say(isDisturbed ? 'load, and services are killed' : 'load, and services are watched');
      const from = performance.now();
      const clients = await load.run(part * seconds, { isDisturbed });
      standing.loaded(from, performance.now());
      say('the load is gone; what there is must fit together');
      await rest(endpoint, { load, clients, collector });
      say(`everything is destroyed; ${load.findings.all.length} things did not fit together`);
    };
    const restMs = restOf(seconds) * 1000;
    await phase(DISTURBED_PART, true);
    await standing.rest('before', restMs);
    await phase(1 - DISTURBED_PART, false);
    say('what stays is looked at');
    await standing.rest('after', restMs);
    stop.throwIfAborted();
    return await verdictsOf({ endpoint, load, standing, events: await collector.all() });
  } finally {
    over.abort();
    await collecting;
  }
}

function restOf(seconds: number): number {
  return Math.min(REST_MAX_SECONDS, Math.max(REST_MIN_SECONDS, REST_PART * seconds));
}

/** What is opened for the first time stays open, in some. */
async function touchEverything(endpoint: Endpoint, { isReal }: SoakOptions): Promise<void> {
  const administrator = await endpoint.system.administrator();
  const words = { memoryMib: 4, arguments: ['lines=3', 'hang'] };
  await administrator.createWith('touch', helloImage('spt'), words);
  if (canHaveNetworks() && !isReal) await touchTap(administrator);
  await administrator.console('touch');
  const id = randomUUID;
  await administrator.bus.request(createBlock, { id: id(), name: 'disk', sizeMib: 1 });
  await administrator.bus.request(removeBlock, { id: id(), name: 'disk' });
  await endpoint.answer(order('.', INFO, mintTenant(TENANT, endpoint.root)));
  await destroyEverything(administrator, { add: () => undefined });
  const left = await untilNone(async () => await leftovers(endpoint.system));
  if (left.length > 0) throw new Error(left.join('; '));
}

/** The image is for the stand-in tender only. */
async function touchTap(administrator: Administrator): Promise<void> {
  const { bytes } = chooseImage(new Dice(1), { hasNet: true, hasBlock: false });
  const name = parseUnikernelName('tapped');
  const blob = await upload(administrator.bus, name, bytes);
  const nets = [{ name: NET_DEVICE, bridge: BRIDGES[0] }];
  const words = { memoryMib: 4, arguments: ['hang'], nets };
  await administrator.bus.request(createUnikernel, { id: randomUUID(), name, blob, ...words });
}

interface Rested {
  readonly load: Load;
  readonly clients: Awaited<ReturnType<Load['run']>>;
  readonly collector: EventCollector;
}

/** Holds that everything fits together, and destroys it. */
async function rest({ system }: Endpoint, { load, clients, collector }: Rested): Promise<void> {
  const { findings, disturbances, ledger, figures } = load;
  const allEvents = async () => await collector.all();
  const theirs = { disturbances, ledger, figures, clients };
  const known = { ...theirs, allEvents, isTheirs: isOfClients };
  const problems = await untilNone(async () => await problemsAtRest(system, known));
  for (const text of problems) findings.add(`at rest: ${text}`);
  await destroyEverything(await system.administrator(), findings);
  const left = await untilNone(async () => await leftovers(system), GONE_WITHIN_MS);
  for (const text of left) findings.add(`after everything was destroyed: ${text}`);
}
