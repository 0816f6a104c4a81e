import type { Failure } from '@albatross/shared/contracts/failures';
import { escapeControl } from '@albatross/shared/runtime/escape';

/** What a client is told: one line, as our own client prints it. */
export function failureText({ message, code }: Failure): string {
  return escapeControl(`${message} [${code}]`);
}
