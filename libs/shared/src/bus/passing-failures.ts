import { Failure, type FailureCode } from '../contracts/failures.ts';

/** Whether a failure passes by itself, as while a service is restarted. */
export function isPassing(error: unknown): boolean {
  return error instanceof Failure && PASSING.includes(error.code);
}

const PASSING: readonly FailureCode[] = [
  'BUS_UNREACHABLE',
  'SERVICE_DOWN',
  'DEADLINE_EXCEEDED',
  'BUSY',
  'INTERNAL',
];
