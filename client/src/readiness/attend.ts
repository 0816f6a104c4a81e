import { Failure } from '@albatross/shared/contracts/failures';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { EXIT_GUEST, EXIT_INTERRUPTED } from '../exit-status.ts';
import type { Output } from '../output.ts';
import type { OnTrouble } from './answers.ts';
import { awaitReady, type Readiness } from './await-ready.ts';
import { lastWords } from './last-words.ts';
import type { LifeConsole } from './life-console.ts';
import type { LifeWatch } from './life-watch.ts';
import type { Wait } from './wait-options.ts';

export interface Attended {
  readonly name: UnikernelName;
  readonly watch: LifeWatch;
  /** Null on another host. */
  readonly console: LifeConsole | null;
}

/**
 * Stays with a unikernel that was just started for as long as somebody wants: until it is ready, until it has
 * ended for good, or while it is followed. The exit status is set by what came of it. Throws a `Failure`.
 */
export async function attend(
  output: Output,
  attended: Attended,
  wait: Wait,
  signal: AbortSignal,
): Promise<void> {
  const { console } = attended;
  const stop = new AbortController();
  const reading = console?.read(stop.signal) ?? Promise.resolve();
  // Else, a console that cannot be read is told of by the check that waits for a line of it.
  const broken = wait.isFollowing ? reading.then(() => NEVER) : NEVER;
  for (const one of [reading, broken]) one.catch(() => undefined);
  noteTroubles(output, attended, wait, stop.signal);
  const waiting = wait.until === 'ready' ? untilReady : untilOver;
  try {
    await Promise.race([waiting(output, attended, wait, signal), broken]);
  } finally {
    stop.abort();
  }
}

const NEVER = new Promise<never>(() => undefined);

/** Whoever waits for something within a time is told in the end what was in the way. */
function noteTroubles(
  output: Output,
  { name, watch, console }: Attended,
  { until, isFollowing }: Wait,
  over: AbortSignal,
): void {
  const noting =
    (what: string): OnTrouble =>
    (trouble) => {
      // What is under way when we end is not answered any more.
      if (over.aborted) return;
      output.note(
        trouble === null
          ? `${what} is known again`
          : `${what} is not known now, and is asked for again and again: ${trouble.message} [${trouble.code}]`,
      );
    };
  if (until !== 'ready' || isFollowing) watch.onTrouble = noting(`how ${name} stands`);
  if (isFollowing && console !== null) console.onTrouble = noting(`what ${name} prints`);
}

async function untilReady(
  output: Output,
  attended: Attended,
  { ready, isFollowing }: Wait,
  signal: AbortSignal,
): Promise<void> {
  const { name, watch, console } = attended;
  const readiness = await awaitReady({ ...ready, signal }, { watch, console });
  if (readiness.kind === 'interrupted') return interrupted(output, `${name} goes on`);
  if (readiness.kind === 'ready') {
    const { afterMs } = readiness;
    const value = { outcome: 'ready', name, afterMs: Math.round(afterMs) };
    return output.done(value, `${name} is ready after ${(afterMs / 1000).toFixed(1)} s`);
  }
  if (readiness.kind === 'not-ready') await allSaid(output, attended, isFollowing);
  const { failure, lines } = notReady(name, readiness, console);
  if (output.isJson) output.json({ outcome: 'not-ready', name, why: readiness.why });
  else if (!isFollowing) for (const line of lines) output.note(`  ${line}`);
  throw failure;
}

/** Why it is not, and what it printed last. */
function notReady(
  name: UnikernelName,
  { kind, why }: Extract<Readiness, { readonly why: string }>,
  console: Pick<LifeConsole, 'lastLines'> | null,
): { readonly failure: Failure; readonly lines: readonly string[] } {
  const lines = console?.lastLines ?? [];
  const message =
    kind === 'not-ready'
      ? `${name} did not become ready: ${why}`
      : `whether ${name} is ready is not known: ${why}`;
  const code = kind === 'not-ready' ? 'UNIKERNEL_NOT_READY' : 'DEADLINE_EXCEEDED';
  return { failure: new Failure(code, message, { name, why, console: lines }), lines };
}

async function untilOver(
  output: Output,
  attended: Attended,
  { until, isFollowing }: Wait,
  signal: AbortSignal,
): Promise<void> {
  const { name, watch } = attended;
  const over = await watch.untilOver(signal);
  if (over === null) return until === 'exit' ? interrupted(output, `${name} goes on`) : undefined;
  await allSaid(output, attended, isFollowing);
  const { how, exit } = over;
  output.done({ outcome: 'ended', name, how, exit }, `${name} ${how}`);
  const isGood = exit?.kind === 'status' && exit.status === 0;
  if (until === 'exit' && !isGood) process.exitCode ??= EXIT_GUEST;
}

/** Who follows is told when that is not all. */
async function allSaid(
  output: Output,
  { name, watch, console }: Attended,
  isFollowing: boolean,
): Promise<void> {
  const isAll = await lastWords(watch, console, { isFollowing });
  if (isFollowing && !isAll)
    output.note(`the console does not answer: ${name} may have printed more than this`);
}

function interrupted(output: Output, what: string): void {
  output.note(`interrupted; ${what}`);
  process.exitCode ??= EXIT_INTERRUPTED;
}
