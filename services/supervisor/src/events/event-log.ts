import {
  EVENTS_PAGE_BYTES_MAX,
  EVENTS_PER_PAGE_MAX,
  type EventDraft,
  type EventRecord,
  type listEvents,
} from '@albatross/shared/contracts/event';
import type { ReplyOf, RequestOf } from '@albatross/shared/contracts/request';
import { ROOT } from '@albatross/shared/domain/name';
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeEvent, readHead, type Head } from './event-codec.ts';
import { floorOfNumbers, readBootId } from './event-floor.ts';
import { searchEvents } from './event-search.ts';
import { EventSegment } from './event-segment.ts';

/** A file that would have more is left, and the other one begun anew: so at least as many bytes are kept. */
export const SEGMENT_BYTES_MAX = 4 * 1024 * 1024;
/** Events that wait for a full disk; of more, the oldest are given up. */
export const EVENTS_WAITING_MAX = 1024;
export const EVENT_BYTES_MAX = 64 * 1024;
/** A text in an event, as a reason or the names in a certificate, is cut there. */
export const EVENT_TEXT_BYTES_MAX = 4096;
/** How often a full disk is tried again. */
export const EVENT_RETRY_MS = 1_000;
/** How much of the newest a power loss can cost. */
export const EVENT_SYNC_MS = 1_000;

export interface EventLogOptions {
  /** Created when it is not there. Two files of events and one of numbers are in it. */
  readonly folder: string;
  readonly now: () => number;
  readonly onDefect: (error: unknown) => void;
  /** Names the machine's boot, when not as the machine does. */
  readonly bootId?: string;
}

/**
 * What happened on this host: two files of lines (see `event-codec.ts`), of which the older is thrown away
 * when the newer is full. An event is written with one system call before `record` returns; then it is the
 * kernel's and survives our SIGKILL. A power loss may cost the last second, no number is used twice even
 * then. What a full disk does not take waits in memory, without a number.
 */
export class EventLog implements Disposable {
  readonly #options: EventLogOptions;
  readonly #waiting: Waiting[] = [];
  readonly #ids: Set<string>;
  #older: EventSegment;
  #newer: EventSegment;
  #nextSeq: number;
  #isFailing = false;
  #isClosed = false;
  #retry: NodeJS.Timeout | null = null;
  #sync: NodeJS.Timeout | null = null;

  /** Called with every event once it is written. May record others. */
  onRecorded: (event: EventRecord) => void = () => undefined;

  private constructor(options: EventLogOptions, segments: Segments, nextSeq: number) {
    this.#options = options;
    [this.#older, this.#newer] = [segments.older, segments.newer];
    this.#ids = segments.ids;
    this.#nextSeq = nextSeq;
  }

  /** Throws when the folder or a file in it cannot be made or read. */
  static async open(options: EventLogOptions): Promise<EventLog> {
    const { folder, onDefect } = options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const segments = openSegments(options);
    const lastSeq = Math.max(segments.older.lastSeq, segments.newer.lastSeq);
    const bootId = options.bootId ?? (await readBootId());
    return new EventLog(options, segments, await floorOfNumbers(folder, lastSeq, bootId, onDefect));
  }

  /** Writes an event down, or keeps it until the disk takes it. Never throws, never waits. */
  record(draft: EventDraft): void {
    if (this.#isClosed)
      return this.#tell(new Error(`${draft.type} of ${draft.name} came too late`));
    const id = draft.id ?? newId();
    this.#waiting.push({ ...draft, ...cut(draft), id, at: this.#options.now() });
    if (this.#waiting.length > EVENTS_WAITING_MAX) this.#giveUp(2);
    this.#flush();
  }

  /** Whether an event was in the files when they were opened; false for all once they are forgotten. */
  has(id: string): boolean {
    return this.#ids.has(id);
  }

  forgetIds(): void {
    this.#ids.clear();
  }

  list(request: RequestOf<typeof listEvents>): ReplyOf<typeof listEvents> {
    const blocks = [...this.#older.blocks, ...this.#newer.blocks];
    return {
      ...searchEvents(blocks, request, PAGE),
      first: blocks[0]?.firstSeq ?? null,
      last: blocks.at(-1)?.lastSeq ?? null,
    };
  }

  #flush(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const event: EventRecord = { ...next, seq: this.#nextSeq };
      const line = encode(event);
      if (line === null) {
        this.#tell(new Error(`${event.type} of ${event.name} cannot be written as one line`));
        this.#giveUp(1);
        continue;
      }
      try {
        this.#write(line, event);
      } catch (error) {
        if (!this.#isFailing) this.#tell(error);
        this.#isFailing = true;
        this.#retry ??= setTimeout(() => {
          this.#retry = null;
          this.#flush();
        }, EVENT_RETRY_MS).unref();
        return;
      }
      this.#isFailing = false;
      this.#waiting.shift();
      this.#nextSeq += 1;
      this.#announce(event);
    }
  }

  #write(line: Buffer, event: EventRecord): void {
    if (this.#newer.bytes + line.length > SEGMENT_BYTES_MAX) {
      this.#older.clear();
      [this.#older, this.#newer] = [this.#newer, this.#older];
    }
    this.#newer.append(line, event);
    this.#sync ??= setTimeout(() => {
      this.#sync = null;
      for (const segment of [this.#older, this.#newer]) {
        segment.sync((error) => {
          if (error !== null && !this.#isClosed) this.#tell(error);
        });
      }
    }, EVENT_SYNC_MS).unref();
  }

  /** Puts one event that says so in place of the oldest waiting ones. */
  #giveUp(events: number): void {
    const given = this.#waiting.splice(0, events);
    const count = given.reduce((sum, one) => sum + (one.type === 'lost' ? one.count : 1), 0);
    const at = given[0]?.at ?? this.#options.now();
    const common = { id: newId(), at, name: ROOT, actor: 'supervisor', requestId: null };
    this.#waiting.unshift({ ...common, type: 'lost', count });
  }

  #announce(event: EventRecord): void {
    try {
      this.onRecorded(event);
    } catch (error) {
      this.#tell(error);
    }
  }

  #tell(error: unknown): void {
    this.#options.onDefect(error);
  }

  [Symbol.dispose](): void {
    if (this.#isClosed) return;
    this.#flush();
    this.#isClosed = true;
    for (const timer of [this.#retry, this.#sync]) if (timer !== null) clearTimeout(timer);
    for (const segment of [this.#older, this.#newer]) segment[Symbol.dispose]();
  }
}

const PAGE = { events: EVENTS_PER_PAGE_MAX, bytes: EVENTS_PAGE_BYTES_MAX };

type Waiting = EventRecord extends infer E
  ? E extends EventRecord
    ? Omit<E, 'seq'>
    : never
  : never;

interface Segments {
  readonly older: EventSegment;
  readonly newer: EventSegment;
  readonly ids: Set<string>;
}

function openSegments({ folder, onDefect }: EventLogOptions): Segments {
  const ids = new Set<string>();
  const reading = { onEvent: ({ id }: Head) => void ids.add(id), onDefect };
  const first = EventSegment.open(join(folder, '0'), reading);
  try {
    const second = EventSegment.open(join(folder, '1'), reading);
    return second.lastSeq > first.lastSeq
      ? { older: first, newer: second, ids }
      : { older: second, newer: first, ids };
  } catch (error) {
    first[Symbol.dispose]();
    throw error;
  }
}

const newId = (): string => randomBytes(8).toString('hex');

/** Texts that strangers may have a hand in, cut where they are too long. */
function cut(draft: EventDraft): { readonly actor: string; readonly why?: string } {
  const actor = cutText(draft.actor);
  return 'why' in draft ? { actor, why: cutText(draft.why) } : { actor };
}

function cutText(text: string): string {
  if (text.length * 3 <= EVENT_TEXT_BYTES_MAX) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= EVENT_TEXT_BYTES_MAX) return text;
  return `${bytes.subarray(0, EVENT_TEXT_BYTES_MAX).toString()}…`;
}

/** Null for what is too long, or could not be read again. */
function encode(event: EventRecord): Buffer | null {
  try {
    const line = encodeEvent(event);
    return line.length > EVENT_BYTES_MAX || readHead(line) === null ? null : line;
  } catch {
    return null;
  }
}
