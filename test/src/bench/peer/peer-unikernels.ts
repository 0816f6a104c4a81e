import { parseUnikernelName, ROOT, type UnikernelName } from '@albatross/shared/domain/name';
import type { WireConfig } from '@albatross/wire';
import assert from 'node:assert/strict';
import { forEachOf } from '../../harness/many.ts';
import { create, DESTROY, INFO } from '../../harness/tenants.ts';
import { MEMORY_MIB, WORDS } from '../groups/creates/trial.ts';
import type { PeerSystem } from './peer-system.ts';
import { ask, Talk } from './talk.ts';

const GREETING = 'hello from spt';

/** Times as `performance.now()` tells them. */
export interface Made {
  readonly from: number;
  readonly answered: number;
  readonly printed: number;
}

/** What the original is told about unikernels, over its sockets. */
export class PeerUnikernels {
  readonly #system: PeerSystem;
  #names = 0;

  constructor(system: PeerSystem) {
    this.#system = system;
  }

  /** Never used twice, so that its first line is its first. */
  name(): UnikernelName {
    this.#names += 1;
    return parseUnikernelName(`peer${this.#names}`);
  }

  /** Somebody follows its console before it is there, as one follows ours. */
  async make(name: UnikernelName, config: Partial<WireConfig> = {}): Promise<Made> {
    const count = { kind: 'console-subscribe', from: { kind: 'count', lines: 1n } } as const;
    await using console = await Talk.begin(this.#system.socket('console'), name, count);
    const reply = await console.next();
    assert.equal(reply.kind, 'reply');
    const from = performance.now();
    const printed = firstLine(console);
    // It is waited for below, or the create says what is wrong.
    printed.catch(() => undefined);
    await this.create(name, config);
    const answered = performance.now();
    return { from, answered, printed: await printed };
  }

  /** Our own guest, if nothing else is said. */
  async create(name: UnikernelName, config: Partial<WireConfig> = {}): Promise<void> {
    const command = create(WORDS, { memory: MEMORY_MIB, ...config });
    const reply = await ask(this.#vmmd, name, command);
    assert.equal(reply.kind, 'string');
  }

  /** Milliseconds until it was answered. */
  async destroy(name: UnikernelName): Promise<number> {
    const from = performance.now();
    await ask(this.#vmmd, name, DESTROY);
    return performance.now() - from;
  }

  /** That many beside each other. */
  async createMany(count: number): Promise<readonly UnikernelName[]> {
    const names = Array.from({ length: count }, () => this.name());
    await forEachOf(names, async (name) => await this.create(name));
    return names;
  }

  async destroyMany(names: readonly UnikernelName[]): Promise<void> {
    await forEachOf(names, async (name) => {
      await this.destroy(name);
    });
  }

  /** How many there are, of the daemon. */
  async count(): Promise<number> {
    const reply = await ask(this.#vmmd, ROOT, INFO);
    assert.ok(reply.kind === 'unikernel-info');
    return reply.unikernels.length;
  }

  get #vmmd(): string {
    return this.#system.socket('vmmd');
  }
}

/** When the guest's own came: what stands in for the original says before that a life began. */
async function firstLine(console: Talk): Promise<number> {
  for (;;) {
    const payload = await console.next();
    const at = performance.now();
    assert.ok(payload.kind === 'data' && payload.data.kind === 'console', payload.kind);
    if (Buffer.from(payload.data.line).toString() === GREETING) return at;
  }
}
