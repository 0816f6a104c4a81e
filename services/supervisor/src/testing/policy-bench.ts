import type { Caller } from '@albatross/shared/bus/serve';
import type { EventDraft } from '@albatross/shared/contracts/event';
import { Failure } from '@albatross/shared/contracts/failures';
import { ROOT, type PathName } from '@albatross/shared/domain/name';
import type { BlockShare, Policy, Share } from '@albatross/shared/domain/policy';
import { path, policy } from '@albatross/shared/domain/testing/policies';
import assert from 'node:assert/strict';
import { Outcomes } from '../outcomes.ts';
import { PolicyBook } from '../policies/policies.ts';
import type { PolicyFile } from '../policies/policy-file.ts';

export const CALLER: Caller = { identity: 'admin', actor: 'admin' };

interface Asserted {
  readonly limits: Partial<Policy>;
  readonly setAt: number;
}

/** A policy book, and all it needs around it. */
export class PolicyBench {
  now = 1_700_000_000_000;
  machine = policy({ unikernels: Number.MAX_SAFE_INTEGER });
  unikernels: Share[] = [];
  blocks: BlockShare[] = [];
  /** What the log holds, over all restarts. */
  readonly events: EventDraft[] = [];
  readonly file: PolicyFile;
  book: PolicyBook;
  #requests = 0;

  private constructor(file: PolicyFile) {
    this.file = file;
    this.book = this.#newBook();
  }

  static async start(file: PolicyFile): Promise<PolicyBench> {
    const bench = new PolicyBench(file);
    await bench.book.prepare();
    return bench;
  }

  /** As a new process finds it. */
  async restart(): Promise<void> {
    this.book = this.#newBook();
    await this.book.prepare();
  }

  #newBook(): PolicyBook {
    return new PolicyBook({
      file: this.file,
      now: () => this.now,
      machine: () => this.machine,
      holdings: () => ({ unikernels: this.unikernels, blocks: this.blocks }),
      outcomes: new Outcomes(() => this.now),
      events: {
        record: (draft) => void this.events.push(draft),
        has: (id) => this.events.some((event) => event.id === id),
      },
    });
  }

  newId(): string {
    this.#requests += 1;
    return `request-${this.#requests}`;
  }

  async add(
    text: string,
    limits: Partial<Policy> = {},
    { id = this.newId(), setAt }: { id?: string; setAt?: number } = {},
  ): Promise<boolean> {
    const request = { id, name: path(text), policy: policy(limits), setAt };
    return (await this.book.add(CALLER, request)).changed;
  }

  async remove(text: string, id = this.newId()): Promise<object> {
    return await this.book.remove(CALLER, { id, name: path(text) });
  }

  async assert(chain: Readonly<Record<string, Asserted>>, id = this.newId()): Promise<boolean> {
    const policies = Object.entries(chain).map(([text, { limits, setAt }]) => {
      return { path: path(text), policy: policy(limits), setAt };
    });
    return (
      await this.book.assert(
        { identity: 'tls-gateway', actor: 'tls' },
        { id, name: ROOT, policies },
      )
    ).changed;
  }

  /** What stands at a path; undefined when nothing was set there. */
  limit(text: string): number | undefined {
    const name = path(text);
    const entry = this.book.info({ name }).policies.find((one) => one.path === name);
    return entry?.policy.unikernels;
  }

  /** Admits as the fleet does: what is admitted is held at once. */
  create(share: Share, visible: PathName = ROOT): void {
    this.book.admitUnikernel(share, this.unikernels, visible);
    this.unikernels = [...this.unikernels, share];
  }

  createBlock(share: BlockShare, visible: PathName = ROOT): void {
    this.book.admitBlock(share, visible);
    this.blocks = [...this.blocks, share];
  }
}

/** Why something is not admitted; the test fails when it is. */
export function refusal(work: () => void): Failure {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  return assert.fail('it was admitted');
}
