import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from '../chaos/random.ts';
import type { Endpoint } from '../harness/endpoint.ts';
import {
  BLOCK_INFO,
  create,
  DESTROY,
  get,
  INFO,
  mintTenant,
  order,
  POLICY_INFO,
  RESTART,
  STATS,
  subscribe,
} from '../harness/tenants.ts';
import { mint, type Minted } from '../../../services/tls-gateway/src/testing/mint.ts';
import type { Faults } from './faults.ts';
import { TENANT } from './names.ts';

const LABELS = ['one', 'two', 'three'] as const;
const ANSWERED_WITHIN_MS = 90_000;
/** How long somebody stays who follows. */
const FOLLOWED_MS = 500;
const LINES = 20n;

interface Parts {
  readonly endpoint: Endpoint;
  readonly dice: Dice;
  readonly faults: Faults;
}

type Session = (load: TlsLoad) => Promise<string>;

const SESSIONS: readonly (readonly [weight: number, session: Session])[] = [
  [8, async (load) => await load.answer('.', INFO)],
  [3, async (load) => await load.answer('.', POLICY_INFO)],
  [2, async (load) => await load.answer('.', BLOCK_INFO)],
  [6, async (load) => await load.answer(load.label, create(['tick=50']))],
  [3, async (load) => await load.answer(load.label, create(['lines=50', 'exit=3']))],
  [3, async (load) => await load.answer(load.label, RESTART)],
  [5, async (load) => await load.answer(load.label, DESTROY)],
  [2, async (load) => await load.answer(load.label, get(0))],
  [2, async (load) => await load.answer('disk', { kind: 'block-add', size: 1 })],
  [2, async (load) => await load.answer('disk', { kind: 'block-remove' })],
  [3, async (load) => await load.follow(load.label, subscribe(LINES))],
  [2, async (load) => await load.follow('.', STATS)],
  [1, async (load) => await load.stranger()],
  [1, async (load) => await load.half()],
];

/** Somebody with a certificate who gives one command after the other, and strangers. */
export class TlsLoad {
  readonly #parts: Parts;
  readonly #tenant: Minted;
  readonly #outcomes = new Map<string, number>();
  readonly problems: string[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#tenant = mintTenant(TENANT, parts.endpoint.root);
  }

  async run(take: () => Promise<boolean>): Promise<void> {
    while (await take()) await this.#session();
  }

  /** What came of how many sessions. */
  get outcomes(): ReadonlyMap<string, number> {
    return this.#outcomes;
  }

  async #session(): Promise<void> {
    const { dice, faults } = this.#parts;
    const session = dice.weighted(SESSIONS);
    const before = faults.isAway ? null : faults.edges;
    try {
      this.#count(await within(session(this)));
    } catch (error) {
      if (before === faults.edges) this.problems.push(`a session broke off: ${String(error)}`);
      else this.#count('cut off by a kill');
    }
  }

  #count(outcome: string): void {
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
    if (/INTERNAL|REPLY_INVALID|PERMISSION_DENIED/.test(outcome))
      this.problems.push(`a session was answered ${outcome}`);
  }

  get label(): string {
    return this.#parts.dice.pick(LABELS);
  }

  async answer(label: string, command: Parameters<typeof order>[1]): Promise<string> {
    const payload = await this.#parts.endpoint.answer(order(label, command, this.#tenant));
    if (payload.kind !== 'failure') return 'done';
    return /\[([A-Z_]+)\]$/.exec(payload.text)?.[1] ?? payload.text;
  }

  /** Takes the first messages and leaves, whatever there is still to come. */
  async follow(label: string, command: Parameters<typeof order>[1]): Promise<string> {
    await using client = await this.#parts.endpoint.connect(order(label, command, this.#tenant));
    const first = await client.message();
    if (first === null) throw new Error('it said nothing');
    await sleep(FOLLOWED_MS);
    return first.payload.kind === 'failure' ? 'nothing to follow' : 'followed';
  }

  /** Below an authority that nobody knows. */
  async stranger(): Promise<string> {
    const authority = mintTenant(TENANT, mint('nobody', null, { isAuthority: true }));
    try {
      const messages = await this.#parts.endpoint.ask(order('.', INFO, authority));
      if (messages.some(({ payload }) => payload.kind === 'reply')) this.problems.push('let in');
    } catch {
      // It may be cut off before it is told why.
    }
    return 'stranger';
  }

  /** Begins a handshake and goes away. */
  async half(): Promise<string> {
    const socket = connect({ port: this.#parts.endpoint.gateway.port, host: '127.0.0.1' });
    await once(socket, 'connect');
    socket.write(Uint8Array.of(22, 3, 1, 2, 0));
    socket.destroy();
    return 'half a handshake';
  }
}

async function within(work: Promise<string>): Promise<string> {
  const inTime = new AbortController();
  const late = sleep(ANSWERED_WITHIN_MS, null, { signal: inTime.signal }).catch(() => null);
  try {
    const outcome = await Promise.race([work, late]);
    if (outcome === null) throw new Error(`no answer within ${ANSWERED_WITHIN_MS} ms`);
    return outcome;
  } finally {
    inTime.abort();
  }
}
