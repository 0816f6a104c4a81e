import type { EventDraft } from '@albatross/shared/contracts/event';
import { createHash } from 'node:crypto';

/** Where events go. `has` knows those of before the start, until they are forgotten. */
export interface EventSink {
  record(draft: EventDraft): void;
  has(id: string): boolean;
}

/** What happens once to a thing has one id. */
export function idOf(type: string, thing: string): string {
  return createHash('sha256').update(`${type} ${thing}`).digest('hex').slice(0, 16);
}
