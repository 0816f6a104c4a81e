import { Failure } from '@albatross/shared/contracts/failures';
import { labelsOf } from '@albatross/shared/domain/name';
import type { BlockShare, Holdings, Policy, Share } from '@albatross/shared/domain/policy';
import { subjectOf } from './change-view.ts';
import { isChange, type Change, type PolicyChange } from './change.ts';
import type { RunningTree } from './read-tree.ts';
import { shareOf, Standing } from './standing.ts';
import { isSame } from './tree.ts';

/**
 * The order in which changes can be carried out, each allowed when its turn comes:
 *
 * 1. policies, as far as they then allow more, from the root downwards; new ones too, if all fits them on the way;
 * 2. unikernels that go, and whatever else is possible by then: block devices, then unikernels by the turn of
 *    their start. One that waits for what another gives up comes after that one;
 * 3. policies, as far as they then allow less, from below upwards;
 * 4. block devices that go: that cannot be taken back, so nothing that may be refused comes after it, but for a
 *    policy that waits for it.
 *
 * A policy that allows more of one thing and less of another is changed twice. Throws a `Failure` for the first
 * change that is never possible.
 */
export function plan(changes: readonly Change[], running: RunningTree): readonly Change[] {
  const standing = new Standing(running);
  const early = earlyPolicies(changes, running);
  const first: Change[] = [...early];
  const last: Change[] = [];
  for (const change of changes) {
    if (change.kind === 'policy') continue;
    if (change.kind === 'block' && change.after === null) last.push(change);
    else first.push(change);
  }
  return [
    ...inTurn(first.toSorted(byTurn), standing),
    ...inTurn([...latePolicies(changes, early), ...last], standing),
  ];
}

/** Each as soon as it is allowed; and of those that are, the first. */
function inTurn(changes: readonly Change[], standing: Standing): readonly Change[] {
  const waiting = [...changes];
  const done: Change[] = [];
  while (waiting.length > 0) {
    const next = waiting.findIndex((change) => standing.whyNot(change) === null);
    const [change] = waiting.splice(Math.max(0, next), 1);
    if (change === undefined) break;
    if (next === -1) throw refusal(change, standing.whyNot(change));
    standing.carryOut(change);
    done.push(change);
  }
  return done;
}

function refusal(change: Change, why: Failure | null): Failure {
  const subject = subjectOf(change);
  if (why === null) return new Failure('INTERNAL', `${subject} it waits for nothing`);
  return new Failure(why.code, `${subject} ${why.message}; nothing was changed`, why.details);
}

/** What gives something up comes before what takes something. */
function byTurn(a: Change, b: Change): number {
  return turnOf(a) - turnOf(b) || (a.kind === 'policy' && b.kind === 'policy' ? 0 : turnIn(a, b));
}

function turnOf({ kind, after }: Change): number {
  if (kind === 'policy') return 0;
  if (after === null) return 1;
  return kind === 'block' ? 2 : 3;
}

function turnIn(a: Change, b: Change): number {
  const priority = ({ kind, after }: Change): number =>
    kind === 'unikernel' && after !== null ? after.startupPriority : 0;
  return priority(a) - priority(b) || (a.name < b.name ? -1 : 1);
}

/** What allows more, or nothing less than will ever be used; those of a path before those below it. */
function earlyPolicies(changes: readonly Change[], running: RunningTree): readonly PolicyChange[] {
  const standing = new Standing(running);
  const most = everHeld(changes, standing.holdings());
  return changes.flatMap((change): readonly PolicyChange[] => {
    if (change.kind !== 'policy') return [];
    const { before, after } = change;
    const early = {
      ...change,
      after: before === null || after === null ? after : larger(before, after),
    };
    if (before === null && standing.whyNotAmong(early, most) !== null) return [];
    if (!isChange(early)) return [];
    standing.carryOut(early);
    return [early];
  });
}

/** What is left to do of policies after the early ones. */
function latePolicies(
  changes: readonly Change[],
  early: readonly PolicyChange[],
): readonly PolicyChange[] {
  const reached = new Map(early.map(({ name, after }) => [name, after]));
  return changes
    .flatMap((change): readonly PolicyChange[] => {
      if (change.kind !== 'policy') return [];
      const before = reached.has(change.name) ? (reached.get(change.name) ?? null) : change.before;
      const late: PolicyChange = { ...change, before };
      return isSame(late.before, late.after) ? [] : [late];
    })
    .toSorted((a, b) => labelsOf(b.name).length - labelsOf(a.name).length);
}

/** As much as either of the two. */
function larger(one: Policy, other: Policy): Policy {
  const blockMib = Math.max(one.blockMib ?? 0, other.blockMib ?? 0);
  return {
    unikernels: Math.max(one.unikernels, other.unikernels),
    memoryMib: Math.max(one.memoryMib, other.memoryMib),
    cpus: [...new Set([...one.cpus, ...other.cpus])].toSorted((a, b) => a - b),
    blockMib: blockMib === 0 ? null : blockMib,
    bridges: [...new Set([...one.bridges, ...other.bridges])].toSorted(),
  };
}

/** All that is there before, on the way or afterwards, as if at the same time. */
function everHeld(changes: readonly Change[], { unikernels, blocks }: Holdings): Holdings {
  const shares = new Map<string, Share>(unikernels.map((one) => [one.name, one]));
  const sizes = new Map<string, BlockShare>(blocks.map((one) => [one.name, one]));
  for (const change of changes) {
    if (change.kind === 'block' && change.after !== null)
      sizes.set(change.name, { name: change.name, sizeMib: change.after });
    if (change.kind !== 'unikernel' || change.after === null) continue;
    const share = shareOf(change.name, change.after);
    const before = shares.get(change.name);
    shares.set(change.name, before === undefined ? share : largerShare(before, share));
  }
  return { unikernels: [...shares.values()], blocks: [...sizes.values()] };
}

function largerShare(one: Share, other: Share): Share {
  return {
    name: one.name,
    memoryMib: Math.max(one.memoryMib, other.memoryMib),
    cpus: [...new Set([...one.cpus, ...other.cpus])],
    bridges: [...new Set([...one.bridges, ...other.bridges])],
  };
}
