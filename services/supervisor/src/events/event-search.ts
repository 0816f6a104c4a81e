import type { HistoryStart } from '@albatross/shared/contracts/console';
import type { EventRecord } from '@albatross/shared/contracts/event';
import { isPathName, ROOT, type Name } from '@albatross/shared/domain/name';
import { decodeEvent, linesOf, linesWith, readHead, type Head } from './event-codec.ts';
import { readBlock, type Block } from './event-segment.ts';

export interface Search {
  readonly name: Name;
  readonly from: HistoryStart;
}

/** The most that is returned of what is found; one event in any case. */
export interface PageSize {
  readonly events: number;
  readonly bytes: number;
}

/**
 * Events of a name, or at and below a path, from some point on, oldest first; `more` when there are more.
 * Reads the files block by block, and only blocks that may hold something.
 */
export function searchEvents(
  blocks: readonly Block[],
  { name, from }: Search,
  max: PageSize,
): { events: EventRecord[]; more: boolean } {
  const start = startOf(blocks, name, from);
  const events: EventRecord[] = [];
  let bytes = 0;
  let isBegun = false;
  for (const block of blocks.slice(start.block)) {
    for (const { head, line } of found(block, name)) {
      // A clock may be set back: what follows an event that is wanted is wanted too.
      isBegun ||= start.isFirst(head);
      const event = isBegun ? decodeEvent(line) : null;
      if (event === null) continue;
      bytes += line.length;
      const isFull = events.length === max.events || bytes > max.bytes;
      if (isFull && events.length > 0) return { events, more: true };
      events.push(event);
    }
  }
  return { events, more: false };
}

interface Found {
  readonly head: Head;
  readonly line: Buffer;
}

/** What is in a block about a name. */
function* found(block: Block, name: Name): Generator<Found> {
  const bytes = readBlock(block);
  // As a name stands in a line; some other text may hold the same.
  const text = isPathName(name) ? ` ${name}` : ` ${name} `;
  for (const line of name === ROOT ? linesOf(bytes) : linesWith(bytes, text)) {
    const head = readHead(line);
    if (head !== null && isAbout(head, name)) yield { head, line };
  }
}

function isAbout(head: Head, name: Name): boolean {
  if (name === ROOT) return true;
  return isPathName(name) ? head.name.startsWith(name) : head.name === name;
}

interface Start {
  /** Index of the first block to be read. */
  readonly block: number;
  /** Whether this event is wanted, and so are all behind it. */
  readonly isFirst: (head: Head) => boolean;
}

function startOf(blocks: readonly Block[], name: Name, from: HistoryStart): Start {
  switch (from.kind) {
    case 'count':
      return startAt(blocks, newest(blocks, name, from.count));
    case 'after':
      return startAt(blocks, from.seq + 1);
    case 'since':
      return {
        block: indexOf(blocks, ({ latestAt }) => latestAt >= from.at),
        isFirst: ({ at }) => at >= from.at,
      };
  }
}

function startAt(blocks: readonly Block[], first: number): Start {
  return {
    block: indexOf(blocks, ({ lastSeq }) => lastSeq >= first),
    isFirst: ({ seq }) => seq >= first,
  };
}

function indexOf(blocks: readonly Block[], holds: (block: Block) => boolean): number {
  const index = blocks.findIndex(holds);
  return index === -1 ? blocks.length : index;
}

/** Number of the first of the newest `count` events, or of the first there is; infinite for none. */
function newest(blocks: readonly Block[], name: Name, count: number): number {
  let first = Number.POSITIVE_INFINITY;
  let missing = count;
  for (const block of blocks.toReversed()) {
    if (missing === 0) return first;
    if (name === ROOT && block.events <= missing) {
      missing -= block.events;
      first = block.firstSeq;
      continue;
    }
    const numbers = Array.from(found(block, name), ({ head }) => head.seq).slice(-missing);
    missing -= numbers.length;
    first = numbers[0] ?? first;
  }
  return first;
}
