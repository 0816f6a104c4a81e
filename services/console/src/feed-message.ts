import { encode } from '@albatross/shared/bus/codec';
import { NUMBER_ROOM, putNumber } from '@albatross/shared/bus/put-number';
import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import type { UnikernelName } from '@albatross/shared/domain/name';

type Line = Extract<ConsoleEntry['entry'], { kind: 'line' }>;

/**
 * A message of `consoleFeed`. Hundreds of thousands of lines may go through here in a second, and to look
 * at each as at any object takes longer than all else that is done to it. Markers are looked at.
 *
 * ```text
 * message = 82  "name" name  "entries" dc count:u16 entry[count]              msgpack, big-endian
 * entry   = 83  "seq" number  "at" number  "entry" content
 * line    = 83  "kind" "line"  "bytes" (c4 length:u8 / c5 length:u16) bytes  "truncated" (c2 / c3)
 * number  = see `putNumber`
 * ```
 */
export function encodeFeedMessage(
  name: UnikernelName,
  entries: readonly ConsoleEntry[],
): Uint8Array {
  const others = entries.flatMap((one) => (one.entry.kind === 'line' ? [] : [encode(one)]));
  const nameText = encode(name);
  const message = Buffer.allocUnsafe(sizeMax(nameText, entries, others));
  let end = put(message, 0, BEFORE_NAME);
  end = put(message, end, nameText);
  end = put(message, end, BEFORE_COUNT);
  end = message.writeUInt16BE(entries.length, end);
  let beforeBytes: Uint8Array = NOTHING;
  let at = Number.NaN;
  let other = 0;
  for (const one of entries) {
    const { entry } = one;
    if (entry.kind === 'line') {
      // Lines of one read have it in common.
      if (one.at !== at) [at, beforeBytes] = [one.at, betweenSeqAndBytes(one.at)];
      end = put(message, end, BEFORE_SEQ);
      end = putNumber(message, end, one.seq);
      end = put(message, end, beforeBytes);
      end = putLine(message, end, entry);
    } else {
      end = put(message, end, others[other] ?? NOTHING);
      other += 1;
    }
  }
  return message.subarray(0, end);
}

const NOTHING = Buffer.alloc(0);
const [FALSE, TRUE, BIN8, BIN16] = [0xc2, 0xc3, 0xc4, 0xc5] as const;

const BEFORE_NAME = Buffer.concat([Buffer.of(0x82), encode('name')]);
const BEFORE_COUNT = Buffer.concat([encode('entries'), Buffer.of(0xdc)]);
const BEFORE_SEQ = Buffer.concat([Buffer.of(0x83), encode('seq')]);
const BEFORE_AT = encode('at');
const BEFORE_BYTES = Buffer.concat([
  encode('entry'),
  Buffer.of(0x83),
  ...['kind', 'line', 'bytes'].map(encode),
]);
const BEFORE_TRUNCATED = encode('truncated');
/** What a line takes beside its bytes: what is always the same, two numbers, a length, and whether it is truncated. */
const LINE_BYTES_BESIDE =
  [BEFORE_SEQ, BEFORE_AT, BEFORE_BYTES, BEFORE_TRUNCATED].reduce(
    (sum, { length }) => sum + length,
    0,
  ) +
  2 * NUMBER_ROOM +
  3 +
  1;

function sizeMax(
  name: Uint8Array,
  entries: readonly ConsoleEntry[],
  others: readonly Uint8Array[],
): number {
  let size = BEFORE_NAME.length + name.length + BEFORE_COUNT.length + 2;
  for (const { entry } of entries)
    if (entry.kind === 'line') size += LINE_BYTES_BESIDE + entry.bytes.length;
  for (const other of others) size += other.length;
  return size;
}

function betweenSeqAndBytes(at: number): Buffer {
  const number = Buffer.alloc(NUMBER_ROOM);
  const end = putNumber(number, 0, at);
  return Buffer.concat([BEFORE_AT, number.subarray(0, end), BEFORE_BYTES]);
}

/** A line has at most `LINE_BYTES_MAX`, which two bytes count. All of these return where they end. */
function putLine(message: Buffer, from: number, { bytes, truncated }: Line): number {
  const { length } = bytes;
  let end = from;
  if (length < 0x100) {
    message[end] = BIN8;
    message[end + 1] = length;
    end += 2;
  } else {
    message[end] = BIN16;
    end = message.writeUInt16BE(length, end + 1);
  }
  end = put(message, end, bytes);
  end = put(message, end, BEFORE_TRUNCATED);
  message[end] = truncated ? TRUE : FALSE;
  return end + 1;
}

function put(message: Buffer, from: number, bytes: Uint8Array): number {
  message.set(bytes, from);
  return from + bytes.length;
}
