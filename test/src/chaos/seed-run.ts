import type { Bus } from '@albatross/shared/bus/bus';
import type { RunningSystem } from '../harness/running-system.ts';
import { problemsAtRest, untilNone } from './at-rest.ts';
import { Client } from './client.ts';
import { connectToBus } from './connection.ts';
import { destroyEverything, leftovers } from './destroy-everything.ts';
import { Disturbances } from './disturbances.ts';
import type { Figures } from './figures.ts';
import type { Findings } from './findings.ts';
import type { Journal } from './journal.ts';
import { Killer } from './killer.ts';
import { Ledger } from './ledger.ts';
import { Dice } from './random.ts';
import { sample } from './sampler.ts';
import { Waits } from './waits.ts';

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
    await this.#leaveNothing();
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

  async #isGoodAtRest(when: string): Promise<boolean> {
    const { system, findings, figures } = this.#parts;
    const known = { disturbances: this.#disturbances, ledger: this.#ledger, figures };
    const clients = this.#clients;
    const look = async (): Promise<readonly string[]> =>
      await problemsAtRest(system, { ...known, clients });
    const problems = await untilNone(look);
    for (const text of problems) findings.add(`${when}: ${text}`);
    return problems.length === 0;
  }

  async #leaveNothing(): Promise<void> {
    const { system, findings } = this.#parts;
    await destroyEverything(await system.administrator(), findings);
    await system.kill('supervisor');
    const left = await untilNone(async () => await leftovers(system));
    for (const text of left) findings.add(`after everything was destroyed: ${text}`);
  }
}
