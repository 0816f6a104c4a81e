import { Failure } from '@albatross/shared/contracts/failures';
import { admitBlock, admitUnikernel } from '@albatross/shared/domain/admission';
import { pathOf, ROOT, type PathName, type UnikernelName } from '@albatross/shared/domain/name';
import { conflictOf } from '@albatross/shared/domain/policy-change';
import type { Policy, Share } from '@albatross/shared/domain/policy';
import assert from 'node:assert/strict';
import type { Hands } from '../description/carry-out.ts';
import { wayOf, type Change } from '../description/change.ts';
import type { RunningTree } from '../description/read-tree.ts';
import type { Tree, Unikernel } from '../description/tree.ts';

/** What the machine of a toy has. */
export const MACHINE: Policy = {
  unikernels: 1000,
  memoryMib: 10_000,
  cpus: [0, 1, 2],
  blockMib: 10_000,
  bridges: ['br0', 'br1'],
};

/**
 * How the n-th change that a toy is asked for goes wrong: before it is done, in the middle, or when it was; or
 * because somebody else has made meanwhile what was to be made.
 */
export interface Mishap {
  readonly at: number;
  readonly kind: 'refused' | 'half-done' | 'unanswered' | 'taken';
}

/** What somebody else has made. */
const THEIRS: Unikernel = {
  digest: 'c'.repeat(64),
  memoryMib: 1,
  cpus: [0],
  nets: [],
  blocks: [],
  startupPriority: 50,
  restart: { kind: 'never' },
  arguments: ['theirs'],
  addName: true,
  state: 'running',
};

/** A system of maps, with a supervisor's rules. */
export class ToyTree implements Hands {
  readonly policies: Map<PathName, Policy>;
  readonly blocks: Map<UnikernelName, number>;
  /** What is on block devices. */
  readonly contents: Map<UnikernelName, 'what was there' | 'zeros' | 'theirs'>;
  readonly unikernels: Map<UnikernelName, Unikernel>;
  readonly #mishap: Mishap | null;
  /** What somebody else has made. */
  #taken: Change | null = null;
  #asked = 0;

  constructor(tree: Tree, mishap: Mishap | null = null) {
    this.policies = new Map(tree.policies);
    this.blocks = new Map(tree.blocks);
    this.contents = new Map([...tree.blocks.keys()].map((name) => [name, 'what was there']));
    this.unikernels = new Map(tree.unikernels);
    this.#mishap = mishap;
  }

  get tree(): Tree {
    return this;
  }

  isTaken({ kind, name }: Change): boolean {
    return this.#taken?.kind === kind && this.#taken.name === name;
  }

  /** Whether what somebody else has made is as they made it. */
  get isTheirsUntouched(): boolean {
    if (this.#taken === null) return true;
    const { kind, name } = this.#taken;
    if (kind === 'unikernel') return this.unikernels.get(name) === THEIRS;
    return this.contents.get(name as UnikernelName) === 'theirs';
  }

  readonly look = async ({ kind, name }: Change): Promise<Change['before']> => {
    return (this.#of(kind).get(name) ?? null) as Change['before'];
  };

  readonly carryOut = async (change: Change): Promise<void> => {
    assert.deepEqual(await this.look(change), change.before, 'it is not as was thought');
    const isAmiss = this.#mishap?.at === this.#asked;
    this.#asked += 1;
    if (isAmiss && this.#mishap?.kind === 'refused') throw amiss();
    if (isAmiss && this.#mishap?.kind === 'half-done') this.#halfDo(change);
    if (isAmiss && this.#mishap?.kind === 'taken') this.#take(change);
    this.#check(change);
    if (change.after === null) this.#of(change.kind).delete(change.name);
    else this.#of(change.kind).set(change.name, started(change.after));
    if (change.kind === 'block' && change.after === null) this.contents.delete(change.name);
    if (change.kind === 'block' && change.after !== null) this.contents.set(change.name, 'zeros');
    if (isAmiss) throw amiss();
  };

  /** What is destroyed to be made anew is gone. */
  #halfDo(change: Change): void {
    if (change.kind === 'unikernel' && wayOf(change) === 'renew')
      this.unikernels.delete(change.name);
    throw amiss();
  }

  #take(change: Change): void {
    if (change.kind === 'block' && change.after !== null) {
      this.#taken = change;
      this.blocks.set(change.name, 1);
      this.contents.set(change.name, 'theirs');
      throw new Failure('BLOCK_EXISTS', 'there is one already');
    }
    const isMade = change.kind === 'unikernel' && ['create', 'renew'].includes(wayOf(change) ?? '');
    if (!isMade) throw amiss();
    this.#taken = change;
    this.unikernels.set(change.name, THEIRS);
    throw new Failure('UNIKERNEL_EXISTS', 'it is running');
  }

  #of(kind: Change['kind']): Map<unknown, unknown> {
    return kind === 'policy' ? this.policies : kind === 'block' ? this.blocks : this.unikernels;
  }

  #check(change: Change): void {
    const { name, after } = change;
    const view = new Map([[ROOT, MACHINE] as const, ...this.policies]);
    // What somebody else has made takes nothing from us: it need not fit with what we had.
    const unikernels = [...this.unikernels].flatMap(([name, one]) =>
      one.state === 'ended' || one === THEIRS ? [] : [shareOf(name, one)],
    );
    const blocks = [...this.blocks]
      .filter(([name]) => this.contents.get(name) !== 'theirs')
      .map(([name, sizeMib]) => ({ name, sizeMib }));
    if (change.kind === 'policy' && change.after !== null) {
      const changes = new Map([[change.name, change.after]]);
      none(conflictOf(this.policies, { unikernels, blocks }, changes), 'POLICY_CONFLICT');
    }
    if (change.kind === 'block' && change.after === null)
      assert.deepEqual(this.#usersOf(change.name), [], `${name} is in use`);
    if (change.kind === 'block' && change.after !== null) {
      assert.equal(change.before, null, 'a size cannot be changed');
      const share = { name: change.name, sizeMib: change.after };
      none(admitBlock([view], blocks, share, ROOT), 'POLICY_EXCEEDED');
    }
    if (change.kind !== 'unikernel' || change.after === null || after === null) return;
    const others = unikernels.filter((one) => one.name !== name);
    const share = shareOf(change.name, change.after);
    none(admitUnikernel([view], others, share, ROOT), 'POLICY_EXCEEDED');
    for (const { device } of change.after.blocks) {
      const block = blockOf(change.name, device);
      assert.ok(this.blocks.has(block), `there is no ${block}`);
      assert.deepEqual(
        this.#usersOf(block).filter((one) => one !== name),
        [],
      );
    }
  }

  #usersOf(block: UnikernelName): readonly UnikernelName[] {
    return [...this.unikernels].flatMap(([name, { blocks, state }]) => {
      const has = blocks.some(({ device }) => blockOf(name, device) === block);
      return has && state !== 'ended' ? [name] : [];
    });
  }
}

/** Nothing can be made such that it has ended. */
function started(after: NonNullable<Change['after']>): NonNullable<Change['after']> {
  const hasEnded = typeof after === 'object' && 'state' in after && after.state === 'ended';
  return hasEnded ? { ...after, state: 'running' } : after;
}

function amiss(): Failure {
  return new Failure('DISK_FULL', 'the disk is full');
}

function none(found: object | null, code: 'POLICY_CONFLICT' | 'POLICY_EXCEEDED'): void {
  if (found !== null) throw new Failure(code, JSON.stringify(found));
}

function shareOf(name: UnikernelName, { memoryMib, cpus, nets }: Unikernel): Share {
  return { name, memoryMib, cpus, bridges: [...new Set(nets.map(({ bridge }) => bridge))] };
}

function blockOf(unikernel: UnikernelName, device: string): UnikernelName {
  const path = pathOf(unikernel);
  return (path === ROOT ? device : `${path}${device}`) as UnikernelName;
}

/** Such a system as it is read. */
export function runningTree(tree: Tree): RunningTree {
  return {
    path: ROOT,
    tree,
    policies: new Map([[ROOT, MACHINE] as const, ...tree.policies]),
    bridges: MACHINE.bridges,
    others: { unikernels: [], blocks: [] },
    images: new Map(),
  };
}
