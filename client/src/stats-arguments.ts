import { Failure } from '@albatross/shared/contracts/failures';
import { INTERFACE_NAME } from '@albatross/shared/domain/device';

/** Linux has no larger ones. */
export const PID_MAX = 4_194_304;

export function readPid(text: string): number {
  const pid = /^[1-9]\d{0,6}$/.test(text) ? Number(text) : PID_MAX + 1;
  if (pid <= PID_MAX) return pid;
  throw new Failure(
    'USAGE_INVALID',
    `a process has a number from 1 to ${PID_MAX}; ${JSON.stringify(text)} is not one`,
  );
}

/** A tap, and the guest's name of the net. */
export interface NamedTap {
  readonly name: string;
  readonly tap: string;
}

/** `BRIDGE:TAP`, for an option that may be given several times. */
export function collectTap(text: string, before: readonly NamedTap[] = []): readonly NamedTap[] {
  const [, name, tap] = /^([^:]+):(.*)$/.exec(text) ?? [];
  if (name === undefined || tap === undefined || !INTERFACE_NAME.test(tap)) {
    throw new Failure(
      'USAGE_INVALID',
      `--bridge is BRIDGE:TAP, the tap an interface of this host, as in service:tap0; ${JSON.stringify(text)} is not`,
    );
  }
  if (before.some((one) => one.name === name))
    throw new Failure('USAGE_INVALID', `--bridge names ${JSON.stringify(name)} twice`);
  return [...before, { name, tap }];
}

export function readRefreshes(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Failure(
    'USAGE_INVALID',
    `--count is a whole number, at least 1; ${JSON.stringify(text)} is not`,
  );
}
