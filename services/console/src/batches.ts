import { ENTRIES_PER_MESSAGE_MAX, type ConsoleEntry } from '@albatross/shared/contracts/console';

/** Bytes of one page of history or one message of the feed. */
export const BATCH_BYTES_MAX = 256 * 1024;
/** What an entry takes beside its line, rounded up. */
const ENTRY_BYTES = 64;

/** About what an entry takes in a message. */
export function sizeOf({ entry }: ConsoleEntry): number {
  return ENTRY_BYTES + (entry.kind === 'line' ? entry.bytes.length : 0);
}

/** Cuts entries into runs that fit one message, at least one entry each. */
export function* batches(entries: Iterable<ConsoleEntry>): Generator<ConsoleEntry[], void> {
  let batch: ConsoleEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = sizeOf(entry);
    const isFull = batch.length === ENTRIES_PER_MESSAGE_MAX || bytes + size > BATCH_BYTES_MAX;
    if (isFull && batch.length > 0) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(entry);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
