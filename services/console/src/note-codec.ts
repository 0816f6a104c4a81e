import type { Note, Standing } from './transcript.ts';

/**
 * A file of notes, appended to and never changed:
 *
 * ```text
 * note    = kind:u8  at:u48  length:u32  payload[length]          big-endian
 * start   = 1  0   nextSeq:u48 life:u48 flags:u8 tail[…]    flags: 1 over, 2 at rest, 4 skipping, 8 behind
 * data    = 2  at  bytes[…]
 * boot    = 3  at  life, decimal
 * exit    = 4  at  life, decimal, then a space and why, UTF-8
 * gap     = 5  at  why, UTF-8
 * rest    = 6  0
 * dropped = 7  at  lines, decimal, then "+" where the last of them goes on
 * ```
 *
 * What follows a note that is no note, or that is longer than the file, was never completely written. One
 * bit is written over, which takes no room on a full disk: of a file's first note the flag `behind` tells
 * that more was numbered than was written.
 */
const KINDS = ['', 'start', 'data', 'boot', 'exit', 'gap', 'rest', 'dropped'] as const;
const HEADER_BYTES = 11;
const START_BYTES = 13;
const [OVER, AT_REST, SKIPPING] = [1, 2, 4];
/** Where the flags of a file's first note stand. */
export const FLAGS_OFFSET = HEADER_BYTES + START_BYTES - 1;
export const BEHIND_FLAG = 8;

export function encodeNote(note: Note): Buffer {
  const payload = encodePayload(note);
  const encoded = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  encoded.writeUInt8(KINDS.indexOf(note.kind), 0);
  encoded.writeUIntBE('at' in note ? note.at : 0, 1, 6);
  encoded.writeUInt32BE(payload.length, 7);
  encoded.set(payload, HEADER_BYTES);
  return encoded;
}

function encodePayload(note: Note): Uint8Array {
  switch (note.kind) {
    case 'start': {
      const head = Buffer.allocUnsafe(START_BYTES);
      head.writeUIntBE(note.nextSeq, 0, 6);
      head.writeUIntBE(note.life, 6, 6);
      head.writeUInt8(
        (note.isOver ? OVER : 0) | (note.isAtRest ? AT_REST : 0) | (note.isSkipping ? SKIPPING : 0),
        12,
      );
      return Buffer.concat([head, note.tail]);
    }
    case 'data':
      return note.bytes;
    case 'boot':
      return Buffer.from(String(note.life));
    case 'exit':
      return Buffer.from(`${note.life} ${note.why}`);
    case 'gap':
      return Buffer.from(note.why);
    case 'rest':
      return Buffer.alloc(0);
    case 'dropped':
      return Buffer.from(`${note.lines}${note.isMidLine ? '+' : ''}`);
  }
}

/** Reads notes until the end, or until what is no note. `end` is the offset behind the note. */
export function* decodeNotes(
  file: Buffer,
): Generator<{ readonly note: Note; readonly end: number }> {
  let offset = 0;
  while (offset + HEADER_BYTES <= file.length) {
    const kind = KINDS[file.readUInt8(offset)];
    const at = file.readUIntBE(offset + 1, 6);
    const end = offset + HEADER_BYTES + file.readUInt32BE(offset + 7);
    if (kind === undefined || kind === '' || end > file.length) return;
    const note = decodePayload(kind, at, file.subarray(offset + HEADER_BYTES, end));
    if (note === null) return;
    yield { note, end };
    offset = end;
  }
}

function decodePayload(kind: Note['kind'], at: number, payload: Buffer): Note | null {
  switch (kind) {
    case 'start':
      return payload.length < START_BYTES ? null : { kind, ...decodeStanding(payload) };
    case 'data':
      return { kind, at, bytes: payload };
    case 'boot':
      return { kind, at, life: readCount(payload.toString()) };
    case 'exit': {
      const [life = '', ...why] = payload.toString().split(' ');
      return { kind, at, life: readCount(life), why: why.join(' ') };
    }
    case 'gap':
      return { kind, at, why: payload.toString() };
    case 'rest':
      return { kind };
    case 'dropped': {
      const [lines = '', ...rest] = payload.toString().split('+');
      return { kind, at, lines: readCount(lines), isMidLine: rest.length > 0 };
    }
  }
}

function decodeStanding(payload: Buffer): Standing {
  const flags = payload.readUInt8(12);
  return {
    nextSeq: payload.readUIntBE(0, 6),
    life: payload.readUIntBE(6, 6),
    isOver: (flags & OVER) !== 0,
    isAtRest: (flags & AT_REST) !== 0,
    isSkipping: (flags & SKIPPING) !== 0,
    tail: payload.subarray(START_BYTES),
  };
}

function readCount(text: string): number {
  const count = Number(text);
  return Number.isSafeInteger(count) && count >= 0 ? count : 0;
}
