import { Failure } from '@albatross/shared/contracts/failures';
import { Option, type Command } from 'commander';
import type { Place } from '../remote/destination-options.ts';
import {
  CHECKS_DEFAULT,
  describeCheck,
  parseCheck,
  parseSeconds,
  READY_UP_DEFAULT_MS,
  READY_WITHIN_DEFAULT_MS,
  type Check,
} from './check.ts';

/** What is waited for before a command ends. */
export interface Wait {
  readonly until: 'ready' | 'exit' | 'nothing';
  /** Whether what it prints is shown meanwhile; with nothing to wait for, until it ends or somebody interrupts. */
  readonly isFollowing: boolean;
  readonly ready: Ready;
}

/** When it counts as ready: all of these, within that time. */
export interface Ready {
  readonly checks: readonly Check[];
  readonly withinMs: number;
}

export interface ReadyFlags {
  readonly ready?: readonly Check[] | false;
  readonly readyWithin?: number;
}

export interface WaitFlags extends ReadyFlags {
  readonly wait?: 'ready' | 'exit';
  readonly follow?: true;
}

export function addWaitOptions(command: Command): Command {
  command
    .addOption(
      new Option(
        '--wait <what>',
        'end only when it is ready, or has ended for good; then with status 1 unless its own is 0',
      ).choices(['ready', 'exit']),
    )
    .option(
      '--follow',
      'show what it prints meanwhile; without --wait, until it has ended or Ctrl-C',
    );
  return addReadyOptions(command);
}

export function addReadyOptions(command: Command): Command {
  return command
    .option(
      '--ready <check>',
      `it is ready when it prints a line with console:PATTERN, accepts a connection at tcp:HOST:PORT, or stays up:SECONDS; all, if given several times (default: up:${READY_UP_DEFAULT_MS / 1000})`,
      (text: string, before: readonly Check[] | false | undefined) => [
        ...(before || []),
        parseCheck(text),
      ],
    )
    .option(
      '--ready-within <seconds>',
      `after so long it is not (default: ${READY_WITHIN_DEFAULT_MS / 1000})`,
      (text: string) => parseSeconds('--ready-within', text),
    );
}

/** Of the options above, as commander has them. */
export const WAIT_NAMES: readonly string[] = ['wait', 'follow', 'ready', 'readyWithin'];

/** Throws a `Failure` for what cannot be meant, or not there. */
export function waitOf(flags: WaitFlags, place: Place['kind']): Wait {
  const { wait, follow: isFollowing = false } = flags;
  const ready = readyOf(flags);
  if (wait === 'exit' && ready !== null)
    throw invalid('--wait exit waits for the end, so --ready and --ready-within cannot be given');
  const until = wait ?? (ready === null ? 'nothing' : 'ready');
  if (place === 'csr' && (until !== 'nothing' || isFollowing))
    throw invalid(
      'with --csr nothing is started yet, so there is nothing to wait for or to follow',
    );
  if (place === 'remote') refuseThere(until, isFollowing, ready);
  return { until, isFollowing, ready: ready ?? READY_DEFAULT };
}

/** Null when nothing was said of it. Throws a `Failure`. */
export function readyOf({ ready, readyWithin }: ReadyFlags): Ready | null {
  if (!ready && readyWithin === undefined) return null;
  const checks = ready || CHECKS_DEFAULT;
  const withinMs = readyWithin ?? READY_WITHIN_DEFAULT_MS;
  for (const check of checks)
    if (check.kind === 'up' && check.ms > withinMs)
      throw invalid(
        `${describeCheck(check)} cannot be met within ${withinMs / 1000} s; give --ready-within ${Math.ceil(check.ms / 1000) + 10}`,
      );
  return { checks, withinMs };
}

export const READY_DEFAULT: Ready = { checks: CHECKS_DEFAULT, withinMs: READY_WITHIN_DEFAULT_MS };

/** What the protocol between hosts does not tell. Throws a `Failure`. */
export function refuseChecksThere({ checks }: Ready): void {
  if (!checks.some(({ kind }) => kind === 'console')) return;
  const why = 'another host does not tell whose lines are whose, the old life or the new';
  throw invalid(`${why}, so --ready console: cannot be given; tcp: and up: can`);
}

function refuseThere(until: Wait['until'], isFollowing: boolean, ready: Ready | null): void {
  if (isFollowing)
    throw invalid(
      'what it prints on another host is followed by "albatross console NAME --destination HOST"; --follow cannot be given',
    );
  if (until === 'exit')
    throw invalid(
      'another host does not tell how a unikernel ended, so --wait exit cannot be given; --wait ready can',
    );
  if (ready !== null) refuseChecksThere(ready);
}

function invalid(message: string): Failure {
  return new Failure('USAGE_INVALID', message);
}
