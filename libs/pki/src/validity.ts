import type { Validity } from './build-certificate.ts';
import { IssueError } from './issue-error.ts';

/** Clocks of two hosts may differ by so much. */
export const CLOCK_SKEW_MS = 10_000;
/** A hundred years: what is meant to last for ever. */
export const VALIDITY_DAYS_MAX = 36_525;

const DAY_MS = 86_400_000;

/** From now on for so many days; from whole seconds to whole seconds. Throws `IssueError` `USAGE_INVALID`. */
export function validForDays(days: number, now: number): Validity {
  if (!Number.isInteger(days) || days < 1 || days > VALIDITY_DAYS_MAX) {
    const right = `a whole number of days from 1 to ${VALIDITY_DAYS_MAX}`;
    throw new IssueError('USAGE_INVALID', `a certificate is valid for ${right}; ${days} is none`);
  }
  return validForMs(days * DAY_MS, now);
}

export function validForMs(durationMs: number, now: number): Validity {
  return { notBefore: wholeSeconds(now - CLOCK_SKEW_MS), notAfter: wholeSeconds(now + durationMs) };
}

export function wholeSeconds(at: number): number {
  return Math.floor(at / 1000) * 1000;
}
