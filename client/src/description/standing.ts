import { Failure } from '@albatross/shared/contracts/failures';
import { admitBlock, admitUnikernel } from '@albatross/shared/domain/admission';
import { describeExcess, type Excess } from '@albatross/shared/domain/excess';
import { pathOf, ROOT, type PathName, type UnikernelName } from '@albatross/shared/domain/name';
import { conflictOf } from '@albatross/shared/domain/policy-change';
import { describeConflict } from '@albatross/shared/domain/policy-conflict';
import type { Holdings, Policy, Share } from '@albatross/shared/domain/policy';
import {
  wayOf,
  type BlockChange,
  type Change,
  type PolicyChange,
  type UnikernelChange,
} from './change.ts';
import type { RunningTree } from './read-tree.ts';
import type { Unikernel } from './tree.ts';

/** The part of a running system that decides whether something may be changed, as it will be on the way. */
export class Standing {
  readonly #policies: Map<PathName, Policy>;
  readonly #blocks: Map<UnikernelName, number>;
  readonly #unikernels: Map<UnikernelName, Unikernel>;
  readonly #running: RunningTree;

  constructor(running: RunningTree) {
    this.#running = running;
    this.#policies = new Map(running.policies);
    this.#blocks = new Map(running.tree.blocks);
    this.#unikernels = new Map(running.tree.unikernels);
  }

  /** Why the host would refuse a change now, as far as that can be known; null when it would not. */
  whyNot(change: Change): Failure | null {
    switch (change.kind) {
      case 'policy':
        return this.#whyNotPolicy(change, this.holdings());
      case 'block':
        return this.#whyNotBlock(change);
      case 'unikernel':
        return this.#whyNotUnikernel(change);
    }
  }

  /** The same of a policy that is to hold also while all of these are held. */
  whyNotAmong(change: PolicyChange, holdings: Holdings): Failure | null {
    return this.#whyNotPolicy(change, holdings);
  }

  carryOut({ kind, name, after }: Change): void {
    const of: Map<unknown, unknown> =
      kind === 'policy' ? this.#policies : kind === 'block' ? this.#blocks : this.#unikernels;
    if (after === null) of.delete(name);
    else of.set(name, after);
  }

  holdings(): Holdings {
    const { others } = this.#running;
    return {
      unikernels: [...others.unikernels, ...this.#shares()],
      blocks: [
        ...others.blocks,
        ...[...this.#blocks].map(([name, sizeMib]) => ({ name, sizeMib })),
      ],
    };
  }

  #shares(): readonly Share[] {
    return [...this.#unikernels].flatMap(([name, one]) => {
      return one.state === 'ended' ? [] : [shareOf(name, one)];
    });
  }

  #whyNotPolicy({ name, after }: PolicyChange, holdings: Holdings): Failure | null {
    if (after === null) return null;
    const conflict = conflictOf(this.#policies, holdings, new Map([[name, after]]));
    if (conflict === null) return null;
    return new Failure('POLICY_CONFLICT', describeConflict(conflict), { ...conflict });
  }

  #whyNotBlock({ name, before, after }: BlockChange): Failure | null {
    if (after === null) {
      const [user] = this.#usersOf(name);
      if (user === undefined) return null;
      return new Failure('BLOCK_IN_USE', `the block device ${name} is used by ${user}`, { name });
    }
    if (before !== null) {
      const next = `destroy-block and apply make it anew, and what is on it is lost; dump-block saves that`;
      const message = `the block device ${name} has ${before} MiB, and shall have ${after}; a size cannot be changed. ${next}`;
      return new Failure('BLOCK_EXISTS', message, { name });
    }
    const { blocks } = this.holdings();
    return exceeded(admitBlock([this.#policies], blocks, { name, sizeMib: after }, ROOT));
  }

  #whyNotUnikernel({ name, before, after }: UnikernelChange): Failure | null {
    // Whatever has gone meanwhile, it can always be stopped.
    if (after === null || wayOf({ before, after }) === 'stop') return null;
    const why = this.#missingBridge(name, after) ?? this.#missingBlock(name, after);
    if (why !== null) return why;
    // What is only stopped or started keeps what it holds.
    const share = shareOf(name, after);
    const isHeld = before !== null && before.state !== 'ended';
    if (isHeld && JSON.stringify(shareOf(name, before)) === JSON.stringify(share)) return null;
    const others = this.holdings().unikernels.filter((one) => one.name !== name);
    return exceeded(admitUnikernel([this.#policies], others, share, ROOT));
  }

  #missingBridge(name: UnikernelName, { nets }: Unikernel): Failure | null {
    const { bridges } = this.#running;
    const missing = nets.find(({ bridge }) => bridges?.includes(bridge) === false);
    if (missing === undefined || bridges === null) return null;
    const has = bridges.length === 0 ? 'none' : bridges.join(', ');
    return new Failure(
      'BRIDGE_NOT_FOUND',
      `${name} is to be on the bridge ${missing.bridge}, which the host does not have; it has ${has}. Make it, as root: ip link add ${missing.bridge} type bridge; ip link set ${missing.bridge} up`,
      { name, missing: [missing.bridge], there: bridges },
    );
  }

  #missingBlock(name: UnikernelName, { blocks }: Unikernel): Failure | null {
    for (const { device } of blocks) {
      // A ZFS volume, of which the host knows more.
      if (device.startsWith('/')) continue;
      const block = blockOf(name, device);
      if (!this.#blocks.has(block))
        return new Failure(
          'BLOCK_NOT_FOUND',
          `${name} is to have the block device ${block}, which there is not; describe it, as in blocks: { "${block}": { sizeMib: 16 } }`,
          { name: block },
        );
      const user = this.#usersOf(block).find((one) => one !== name);
      if (user !== undefined)
        return new Failure('BLOCK_IN_USE', `the block device ${block} is used by ${user}`, {
          name: block,
        });
    }
    return null;
  }

  #usersOf(block: UnikernelName): readonly UnikernelName[] {
    return [...this.#unikernels]
      .filter(
        ([name, { blocks, state }]) =>
          state !== 'ended' && blocks.some(({ device }) => blockOf(name, device) === block),
      )
      .map(([name]) => name);
  }
}

/** In the unikernel's own path. */
function blockOf(unikernel: UnikernelName, device: string): UnikernelName {
  const path = pathOf(unikernel);
  return (path === ROOT ? device : `${path}${device}`) as UnikernelName;
}

export function shareOf(name: UnikernelName, { memoryMib, cpus, nets }: Unikernel): Share {
  return { name, memoryMib, cpus, bridges: [...new Set(nets.map(({ bridge }) => bridge))] };
}

function exceeded(excess: Excess | null): Failure | null {
  return excess === null
    ? null
    : new Failure('POLICY_EXCEEDED', describeExcess(excess), { ...excess });
}
