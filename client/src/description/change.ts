import type { Name, PathName, UnikernelName } from '@albatross/shared/domain/name';
import type { Policy } from '@albatross/shared/domain/policy';
import { isAlike, isSame, isStopped, type Tree, type Unikernel } from './tree.ts';

/** One thing that becomes another; null is none. */
export type Change = PolicyChange | BlockChange | UnikernelChange;

export interface PolicyChange extends BeforeAndAfter<Policy> {
  readonly kind: 'policy';
  readonly name: PathName;
}

/** Sizes in MiB. */
export interface BlockChange extends BeforeAndAfter<number> {
  readonly kind: 'block';
  readonly name: UnikernelName;
}

export interface UnikernelChange extends BeforeAndAfter<Unikernel> {
  readonly kind: 'unikernel';
  readonly name: UnikernelName;
}

interface BeforeAndAfter<T> {
  readonly before: T | null;
  readonly after: T | null;
}

/** All that differs: policies from the root downwards, then block devices, then unikernels, by name. */
export function changesBetween(before: Tree, after: Tree): readonly Change[] {
  const changes: Change[] = [
    ...pairs(before.policies, after.policies, (one) => (one === ':' ? '' : one)).map(
      (pair): Change => ({ kind: 'policy', ...pair }),
    ),
    ...pairs(before.blocks, after.blocks).map((pair): Change => ({ kind: 'block', ...pair })),
    ...pairs(before.unikernels, after.unikernels).map((pair): Change => ({
      kind: 'unikernel',
      ...pair,
    })),
  ];
  return changes.filter(isChange);
}

function pairs<N extends Name, T>(
  before: ReadonlyMap<N, T>,
  after: ReadonlyMap<N, T>,
  order: (name: N) => string = (name) => name,
): readonly ({ readonly name: N } & BeforeAndAfter<T>)[] {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names
    .toSorted((a, b) => (order(a) < order(b) ? -1 : 1))
    .map((name) => ({ name, before: before.get(name) ?? null, after: after.get(name) ?? null }));
}

/** Whether the two are different at all. */
export function isChange(change: Change): boolean {
  if (change.kind !== 'unikernel') return !isSame(change.before, change.after);
  return wayOf(change) !== null;
}

/** The same, the other way round, from how it stands by now. */
export function undone(change: Change, now: Change['before']): Change {
  return { ...change, before: now, after: change.before } as Change;
}

/**
 * How a unikernel becomes another:
 *
 * `create`: from an image, where there is none or one that has ended; `replace`: by another image, in one step of
 * the host's; `reconfigure`: the image stays; `renew`: it is destroyed and made again, as one that is not to run
 * must not be started on the way.
 */
export type Way = 'create' | 'replace' | 'reconfigure' | 'start' | 'stop' | 'renew' | 'destroy';

/** Null when there is nothing to do. */
export function wayOf({ before, after }: Omit<UnikernelChange, 'kind' | 'name'>): Way | null {
  if (after === null) return before === null ? null : 'destroy';
  if (before === null) return 'create';
  if (isAlike(before, after)) {
    if (isStopped(before) === isStopped(after)) return null;
    if (isStopped(before)) return 'start';
    // What has ended cannot be stopped any more.
    return before.state === 'ended' ? 'create' : 'stop';
  }
  if (isStopped(after)) return before.state === 'ended' ? 'create' : 'renew';
  return before.digest === after.digest ? 'reconfigure' : 'replace';
}

const WAYS_WITH_IMAGE: ReadonlySet<Way | null> = new Set(['create', 'replace', 'renew']);

/** Digests of the images that a change, or taking it back, needs. */
export function imagesNeeded({ before, after }: UnikernelChange): readonly string[] {
  const forth = WAYS_WITH_IMAGE.has(wayOf({ before, after })) ? after : null;
  // What has ended is made again; and what was stopped, if it has ended by then.
  const isMadeAgain =
    (before !== null && before.state !== 'running') ||
    WAYS_WITH_IMAGE.has(wayOf({ before: after, after: before }));
  return [forth, isMadeAgain ? before : null].flatMap((one) => one?.digest ?? []);
}
