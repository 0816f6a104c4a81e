import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import type { Content } from './history-files.ts';
import { BEHIND_FLAG, decodeNotes, FLAGS_OFFSET } from './note-codec.ts';
import { Transcript, type Standing } from './transcript.ts';

/** What the files of a history tell of it. */
export interface Recalled {
  readonly standing: Standing;
  /** The file to write on in, and where it ends. */
  readonly current: 0 | 1;
  readonly end: number;
  /** In that file. */
  readonly entries: number;
  /** Milliseconds since 1970; 0 when there is nothing. */
  readonly lastAt: number;
  readonly newest: ConsoleEntry | null;
  /** Of files that are none of ours. */
  readonly damagedBytes: number;
  readonly isOtherDamaged: boolean;
  /** More was numbered than is written, and nobody knows how much. */
  readonly isBehind: boolean;
}

export function recall(contents: readonly [Content, Content]): Recalled {
  const [older, current] = inOrder(contents);
  const transcript = new Transcript();
  let [entries, end, lastAt] = [0, 0, 0];
  let newest: ConsoleEntry | null = null;
  for (const index of [older, current]) {
    [entries, end] = [0, 0];
    for (const decoded of notesIn(contents[index])) {
      const { note } = decoded;
      const made = transcript.take(note).entries;
      entries += made.length;
      ({ end } = decoded);
      if ('at' in note) lastAt = note.at;
      newest = made.at(-1) ?? newest;
    }
  }
  const damaged = contents.map((file) => (startOf(file) === 0 ? (file?.length ?? 0) : 0));
  const [damagedOlder = 0, damagedCurrent = 0] = [damaged[older], damaged[current]];
  const isBegun = contents.some((file) => file !== null);
  const isEmpty = contents.every((file) => file === null || file.length === 0);
  const flags = startOf(contents[current]) === 0 ? 0 : (contents[current]?.[FLAGS_OFFSET] ?? 0);
  return {
    standing: transcript.standing,
    current,
    end,
    entries,
    lastAt,
    newest: newest === null ? null : detached(newest),
    damagedBytes: damagedOlder + damagedCurrent,
    isOtherDamaged: damagedOlder > 0,
    isBehind: (isBegun && isEmpty) || (flags & BEHIND_FLAG) !== 0,
  };
}

/** Everything that was kept, oldest first, as far as it is needed for entries from `first` on. */
export function* entriesFrom(
  contents: readonly [Content, Content],
  first: number,
): Generator<ConsoleEntry> {
  const [older, current] = inOrder(contents);
  const transcript = new Transcript();
  for (const index of first >= startOf(contents[current]) ? [current] : [older, current]) {
    for (const { note } of notesIn(contents[index])) {
      for (const entry of transcript.take(note).entries) if (entry.seq >= first) yield entry;
    }
  }
}

function inOrder(contents: readonly [Content, Content]): readonly [0 | 1, 0 | 1] {
  return startOf(contents[0]) > startOf(contents[1]) ? [1, 0] : [0, 1];
}

/** The number the first entry of a file has; 0 for what is no file of ours. */
function startOf(file: Content): number {
  for (const { note } of decodeNotes(file ?? NOTHING))
    return note.kind === 'start' ? note.nextSeq : 0;
  return 0;
}

/** A file's notes; none when it does not say where it stands. */
function notesIn(file: Content): ReturnType<typeof decodeNotes> {
  return decodeNotes(startOf(file) === 0 ? NOTHING : (file ?? NOTHING));
}

const NOTHING = Buffer.alloc(0);

/** A line must not keep the whole file in memory. */
function detached(one: ConsoleEntry): ConsoleEntry {
  if (one.entry.kind !== 'line') return one;
  return { ...one, entry: { ...one.entry, bytes: Uint8Array.from(one.entry.bytes) } };
}
