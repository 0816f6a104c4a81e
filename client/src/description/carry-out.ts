import { Failure, type FailureCode } from '@albatross/shared/contracts/failures';
import { subjectOf } from './change-view.ts';
import { isChange, undone, wayOf, type Change, type UnikernelChange } from './change.ts';

/** Who can change one thing, and look at it. Both throw a `Failure`. */
export interface Hands {
  readonly carryOut: (change: Change) => Promise<void>;
  /** How what it is about stands now. */
  readonly look: (change: Change) => Promise<Change['before']>;
}

/** What is told on the way. */
export interface Progress {
  readonly done: (change: Change) => void;
  /** Something that had ended runs again: an end cannot be brought back. */
  readonly ranAgain: (name: string) => void;
}

/**
 * Carries changes out, one after the other. When one is refused, it and all before it are undone, the newest
 * first, and what was refused is thrown, with what became of the rest. A block device that was destroyed cannot
 * be brought back; a refusal after that leaves everything as it is by then.
 */
export async function carryOut(
  changes: readonly Change[],
  hands: Hands,
  progress: Progress,
): Promise<void> {
  const done: Change[] = [];
  for (const change of changes) {
    try {
      await hands.carryOut(change);
    } catch (error) {
      const why = failureOf(error);
      const rest = isForGood(change)
        ? await afterRemoval({ change, why, done, changes }, hands, progress)
        : await after({ change, why, done, changes }, hands, progress);
      throw new Failure(why.code, `${subjectOf(change)} ${why.message}; ${rest}`, why.details);
    }
    done.push(change);
    progress.done(change);
  }
}

function isForGood({ kind, after }: Change): boolean {
  return kind === 'block' && after === null;
}

/** What was refused, or not answered, and what was done before it. */
interface Stop {
  readonly change: Change;
  readonly why: Failure;
  readonly done: readonly Change[];
  readonly changes: readonly Change[];
}

/**
 * Says what became of the rest. What nobody answered may have been done; another block device of that name, with
 * nothing on it, would only hide that.
 */
async function afterRemoval(stop: Stop, hands: Hands, progress: Progress): Promise<string> {
  const { change, done, changes } = stop;
  const now = await hands.look(change).catch(failureOf);
  if (now === null) {
    progress.done(change);
    return leftToDo([...done, change], changes);
  }
  if (done.some(isForGood)) return leftToDo(done, changes);
  if (now instanceof Failure)
    return `nothing was undone, as it may be destroyed already (${now.message}); give the command again to go on`;
  return describeLeft(await undoAll(done.toReversed(), hands, progress));
}

/** Requests can be repeated, so it was never we who made what is there already. */
const MADE_BY_OTHERS: ReadonlySet<FailureCode> = new Set(['BLOCK_EXISTS', 'UNIKERNEL_EXISTS']);

/** The same of a change that can be undone. */
async function after(stop: Stop, hands: Hands, progress: Progress): Promise<string> {
  const { change, why, done, changes } = stop;
  if (done.some(isForGood)) return leftToDo(done, changes);
  const isTheirs = MADE_BY_OTHERS.has(why.code);
  const toUndo = isTheirs ? done : [...done, change];
  const left = await undoAll(toUndo.toReversed(), hands, progress);
  // Theirs is where ours was destroyed to be made anew.
  const isLost = isTheirs && change.kind === 'unikernel' && wayOf(change) === 'renew';
  return describeLeft(isLost ? [{ change, why }, ...left] : left);
}

interface Left {
  readonly change: Change;
  readonly why: Failure;
}

/**
 * What had ended held nothing, and would hold something again: so it goes first, and is made again last, if what
 * there is allows it. It cannot be made such that it has ended.
 *
 * What was refused, or nobody answered, may have been done nevertheless, or in part: so all is looked at first.
 */
async function undoAll(
  changes: readonly Change[],
  hands: Hands,
  progress: Progress,
): Promise<readonly Left[]> {
  const left: Left[] = [];
  const again: UnikernelChange[] = [];
  for (const change of changes) {
    await collecting(left, change, async () => {
      const back = undone(change, await hands.look(change));
      if (!isChange(back)) return;
      if (back.kind !== 'unikernel' || back.after?.state !== 'ended')
        return await hands.carryOut(back);
      if (back.before !== null) await hands.carryOut({ ...back, after: null });
      again.push({ ...back, before: null });
    });
  }
  for (const change of again) {
    await collecting(left, change, async () => {
      await hands.carryOut(change);
      progress.ranAgain(change.name);
    });
  }
  return left;
}

async function collecting(left: Left[], change: Change, undo: () => Promise<void>): Promise<void> {
  try {
    await undo();
  } catch (error) {
    left.push({ change, why: failureOf(error) });
  }
}

function describeLeft(left: readonly Left[]): string {
  if (left.length === 0) return 'everything is as it was before';
  const all = left.map(({ change: { kind, name }, why }) => `${kind} ${name} (${why.message})`);
  return `all else is as it was before, but for what could not be undone: ${all.join('; ')}`;
}

function leftToDo(done: readonly Change[], changes: readonly Change[]): string {
  const gone = done.filter(isForGood).map(({ name }) => name);
  const waiting = changes.slice(done.length).map(({ kind, name }) => `${kind} ${name}`);
  const rest =
    waiting.length === 0 ? 'all else is done' : `to be done still: ${waiting.join(', ')}`;
  return `nothing was undone, as block device ${gone.join(', ')} is destroyed already; ${rest}`;
}

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure('INTERNAL', error instanceof Error ? error.message : String(error));
}
