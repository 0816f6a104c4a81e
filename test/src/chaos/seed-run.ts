import type { Bus } from '@albatross/shared/bus/bus';
import { BLOCKS_PER_PAGE_MAX, listBlocks, removeBlock } from '@albatross/shared/contracts/block';
import { listPolicies, removePolicy } from '@albatross/shared/contracts/policy';
import { ROOT } from '@albatross/shared/domain/name';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningSystem } from '../harness/running-system.ts';
import { checkConsoles } from './check-consoles.ts';
import { checkEvents, toldLives } from './check-events.ts';
import { checkHoldings } from './check-holdings.ts';
import { checkUnikernels } from './check-unikernels.ts';
import { Client } from './client.ts';
import { connectToBus } from './connection.ts';
import { Disturbances } from './disturbances.ts';
import type { Figures } from './figures.ts';
import type { Findings } from './findings.ts';
import type { Journal } from './journal.ts';
import { Killer } from './killer.ts';
import { Ledger } from './ledger.ts';
import { Dice } from './random.ts';
import { sample } from './sampler.ts';
import { takeSnapshot, type Snapshot } from './snapshot.ts';
import { Waits } from './waits.ts';

/** How long everything may take to come to rest; a keeper that says nothing is waited for for ten seconds. */
const REST_WITHIN_MS = 45_000;
const LOOK_MS = 250;
const SERVED_WITHIN_MS = 60_000;
const PROGRESS_MS = 10_000;
/** The last operations are left in peace: what a supervisor loses sight of, the next one finds. */
const KILLS_UNTIL = 0.85;

export interface SeedRunOptions {
  readonly seed: number;
  readonly operations: number;
  readonly clients: number;
}

interface Parts {
  readonly system: RunningSystem;
  readonly findings: Findings;
  readonly figures: Figures;
  readonly journal: Journal;
  readonly say: (text: string) => void;
}

/** One seed, on a system of its own, from the first operation to nothing being left. */
export class SeedRun {
  readonly #options: SeedRunOptions;
  readonly #parts: Parts;
  readonly #disturbances = new Disturbances();
  readonly #ledger = new Ledger();
  readonly #waits = new Waits();
  readonly #clients: Client[] = [];

  constructor(options: SeedRunOptions, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
  }

  async run(): Promise<void> {
    const { system } = this.#parts;
    await this.#operate();
    const administrator = await system.administrator();
    await administrator.untilServed(SERVED_WITHIN_MS);
    // What was found once would be found again.
    if (await this.#isGoodAtRest('after the last operation')) {
      await system.kill('supervisor');
      await this.#isGoodAtRest('after one more restart');
    }
    await this.#destroyEverything();
  }

  async #operate(): Promise<void> {
    const { seed, operations, clients } = this.#options;
    const { system, findings, figures, journal, say } = this.#parts;
    let taken = 0;
    const take = (): boolean => {
      taken += 1;
      return taken <= operations;
    };
    const stop = new AbortController();
    const buses: Bus[] = [];
    for (let number = 0; number <= clients; number += 1)
      buses.push(await connectToBus(system.folders, findings));
    const [ownBus, ...clientBuses] = buses as [Bus, ...Bus[]];
    for (const [number, bus] of clientBuses.entries())
      this.#clients.push(this.#client(number, bus));
    const progress = setInterval(() => {
      say(`${Math.min(taken, operations)} operations, ${figures.kills} kills`);
    }, PROGRESS_MS);
    const parts = { system, dice: Dice.of(seed, 'killer'), figures, journal, waits: this.#waits };
    const killer = new Killer({ ...parts, disturbances: this.#disturbances });
    const killing = killer.run(() => taken, operations * KILLS_UNTIL, stop.signal);
    const { folders } = system;
    const sampling = sample({ bus: ownBus, folders, findings }, stop.signal);
    // The last requests are brought to their end in peace.
    await Promise.all(this.#clients.map(async (client) => await client.run(take)));
    stop.abort();
    await Promise.all([killing, sampling]);
    clearInterval(progress);
    for (const bus of buses) await bus[Symbol.asyncDispose]();
  }

  #client(number: number, bus: Bus): Client {
    const { system, findings, figures, journal } = this.#parts;
    const { seed } = this.#options;
    const supervisorPid = (): number => system.pidOf('supervisor');
    const told = { findings, figures, journal };
    const ground = { bus, ledger: this.#ledger, waits: this.#waits, ...told, supervisorPid };
    const dice = Dice.of(seed, `client ${number}`);
    return new Client({ number, seed, dice, disturbances: this.#disturbances }, ground);
  }

  /** What is not right at once may still be on its way. */
  async #isGoodAtRest(when: string): Promise<boolean> {
    const end = Date.now() + REST_WITHIN_MS;
    for (;;) {
      const problems = await this.#problems();
      if (problems.length === 0) return true;
      if (Date.now() > end) {
        for (const text of problems) this.#parts.findings.add(`${when}: ${text}`);
        return false;
      }
      await sleep(LOOK_MS);
    }
  }

  async #problems(): Promise<readonly string[]> {
    const { system, figures } = this.#parts;
    const administrator = await system.administrator();
    const snapshot = await takeSnapshot(administrator, system.dir, system.folders);
    if (snapshot === null) return ['it does not come to rest'];
    const { events } = snapshot;
    figures.events = events.length;
    figures.lives = toldLives(events).size;
    const now = [...checkUnikernels(snapshot, this.#disturbances), ...checkHoldings(snapshot)];
    if (now.length > 0) return now;
    const known = { infos: snapshot.infos, living: snapshot.lives };
    return [
      ...checkEvents(events, known),
      ...this.#ledger.disagreements(events),
      ...(await checkConsoles(administrator, events, this.#disturbances)),
      ...this.#clients.flatMap((client) => client.expectations(snapshot)),
    ];
  }

  async #destroyEverything(): Promise<void> {
    const { system, findings } = this.#parts;
    const administrator = await system.administrator();
    const { bus } = administrator;
    await administrator.destroyAll();
    const { blocks } = await bus.request(listBlocks, { name: ROOT });
    if (blocks.length === BLOCKS_PER_PAGE_MAX) findings.add('there are more block devices');
    for (const { name } of blocks) await bus.request(removeBlock, { id: randomUUID(), name });
    const { policies } = await bus.request(listPolicies, { name: ROOT });
    for (const { path } of policies.filter(({ isMachine }) => !isMachine).toReversed())
      await bus.request(removePolicy, { id: randomUUID(), name: path });
    await system.kill('supervisor');
    const end = Date.now() + REST_WITHIN_MS;
    for (;;) {
      const snapshot = await takeSnapshot(administrator, system.dir, system.folders);
      const left = snapshot === null ? ['it does not come to rest'] : leftovers(snapshot);
      if (left.length === 0) return;
      if (Date.now() > end) {
        for (const text of left) findings.add(`after everything was destroyed: ${text}`);
        return;
      }
      await sleep(LOOK_MS);
    }
  }
}

function leftovers(snapshot: Snapshot): readonly string[] {
  const { infos, records, processes, lives, exits, taps, blocks, images, blobs } = snapshot;
  const all: readonly (readonly [what: string, left: readonly unknown[]])[] = [
    ['unikernels', infos],
    ['records', records.filter(({ desire }) => desire.kind !== 'gone')],
    ['processes', processes],
    ['lives', lives],
    ['exits', exits],
    ['taps', taps ?? []],
    ['block devices', blocks],
    ['files of block devices', snapshot.blockFiles],
    ['images', [...images.good, ...images.bad]],
    ['uploads', blobs],
  ];
  return all.flatMap(([what, left]) =>
    left.length === 0 ? [] : [`there are ${left.length} ${what}: ${JSON.stringify(left)}`],
  );
}
