import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../chaos/client.ts';
import { connectToBus } from '../chaos/connection.ts';
import { Disturbances } from '../chaos/disturbances.ts';
import { Figures } from '../chaos/figures.ts';
import { Findings } from '../chaos/findings.ts';
import { HELLO_IMAGE } from '../chaos/images.ts';
import type { Journal } from '../chaos/journal.ts';
import { Ledger } from '../chaos/ledger.ts';
import { Dice } from '../chaos/random.ts';
import { sample } from '../chaos/sampler.ts';
import { Waits } from '../chaos/waits.ts';
import type { Endpoint } from '../harness/endpoint.ts';
import type { Fault } from './faults.ts';
import { Faults } from './faults.ts';
import { Floods } from './floods.ts';
import { TlsLoad } from './tls-load.ts';

const CLIENTS = 4;
/** Between two operations of one client, and two sessions of one tenant: it is to last, not to press. */
const CLIENT_PAUSE_MS = 150;
const SESSION_PAUSE_MS = 200;

interface Options {
  readonly seed: number;
  readonly isReal: boolean;
  readonly stop: AbortSignal;
  readonly journal: Journal;
}

/** All that is asked of one system, and what came of it. */
export class Load {
  readonly disturbances = new Disturbances();
  readonly ledger = new Ledger();
  readonly figures = new Figures();
  readonly findings = new Findings();
  readonly floods: Floods;
  readonly tls: TlsLoad;
  readonly #options: Options;
  readonly #endpoint: Endpoint;
  readonly #faults: Faults;
  readonly #waits = new Waits();
  #phases = 0;

  constructor(options: Options, endpoint: Endpoint) {
    const { seed, isReal, stop, journal } = options;
    const { system } = endpoint;
    const { figures, disturbances } = this;
    const dice = Dice.of(seed, 'faults');
    this.#options = options;
    this.#endpoint = endpoint;
    this.#faults = new Faults({ system, endpoint, dice, figures, journal, disturbances });
    this.floods = new Floods({ system, faults: this.#faults, isReal, stop });
    this.tls = new TlsLoad({ endpoint, dice: Dice.of(seed, 'tls'), faults: this.#faults });
  }

  /** For so long; returns the clients, who know what must be there now. */
  async run(seconds: number, { isDisturbed }: { readonly isDisturbed: boolean }) {
    const { stop } = this.#options;
    const { system } = this.#endpoint;
    const { findings } = this;
    const end = performance.now() + seconds * 1000;
    const isOver = (): boolean => stop.aborted || performance.now() > end;
    const every = (pauseMs: number) => async (): Promise<boolean> => {
      if (!isOver()) await sleep(pauseMs);
      return !isOver();
    };
    const over = new AbortController();
    await using ownBus = await connectToBus(system.folders, findings);
    const sampling = sample({ bus: ownBus, folders: system.folders, findings }, over.signal);
    const clients = await this.#clients();
    await Promise.all([
      ...clients.map(async (client) => await client.run(every(CLIENT_PAUSE_MS))),
      this.tls.run(every(SESSION_PAUSE_MS)),
      this.#flood(isOver, isDisturbed),
    ]).finally(() => over.abort());
    await sampling;
    for (const { bus } of clients) await bus[Symbol.asyncDispose]();
    return clients;
  }

  async #flood(isOver: () => boolean, isDisturbed: boolean): Promise<void> {
    do {
      const fault: Fault = isDisturbed ? this.#faults.next() : [];
      await this.floods.round(fault).catch((error: unknown) => {
        if (this.#options.stop.aborted) return;
        const stack = error instanceof Error ? error.stack : String(error);
        this.findings.add(`a flood came to an early end: ${stack}`);
      });
    } while (!isOver());
  }

  /** Everybody begins with nothing. */
  async #clients(): Promise<readonly Client[]> {
    const { seed, isReal, journal } = this.#options;
    const { system } = this.#endpoint;
    const { findings, figures, ledger, disturbances } = this;
    this.#phases += 1;
    const ids = 1000 * seed + this.#phases;
    const supervisorPid = (): number => system.pidOf('supervisor');
    const chooseImage = isReal ? { chooseImage: () => HELLO_IMAGE } : {};
    const clients: Client[] = [];
    for (let number = 0; number < CLIENTS; number += 1) {
      const bus = await connectToBus(system.folders, findings);
      const told = { ledger, findings, figures, journal, waits: this.#waits };
      const dice = Dice.of(ids, `client ${number}`);
      clients.push(
        new Client(
          { number, seed: ids, dice, disturbances, ...chooseImage },
          { bus, ...told, supervisorPid },
        ),
      );
    }
    return clients;
  }
}
