import { generalizedTimeText } from './generalized-time.ts';
import { INTEGER_MAX, INTEGER_MIN } from './reader.ts';
import { contextTag, TAG } from './tag.ts';

/** Encoded values one behind the other, in pieces: what is large, as an image, is not copied but one of them. */
export type Encoded = readonly Uint8Array[];

/** The bytes of encoded values. */
export function concatenate(encoded: Encoded): Uint8Array {
  const bytes = new Uint8Array(lengthOf(encoded));
  let at = 0;
  for (const piece of encoded) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

export function boolean(value: boolean): Encoded {
  return tagged(TAG.boolean, [Uint8Array.of(value ? 0xff : 0x00)]);
}

/** In two's complement, in as few bytes as possible. Throws `RangeError` for more than 63 bits, and for fractions. */
export function integer(value: number | bigint): Encoded {
  let rest = BigInt(value);
  if (rest < INTEGER_MIN || rest > INTEGER_MAX) throw new RangeError(`${rest} has over 63 bits`);
  const bytes: number[] = [];
  let isComplete = false;
  while (!isComplete) {
    const byte = Number(rest & 0xffn);
    bytes.unshift(byte);
    rest >>= 8n;
    isComplete = rest === (byte < 0x80 ? 0n : -1n);
  }
  return tagged(TAG.integer, [Uint8Array.from(bytes)]);
}

export function nothing(): Encoded {
  return tagged(TAG.null, []);
}

export function octetString(bytes: Uint8Array): Encoded {
  return tagged(TAG.octetString, [bytes]);
}

/** Big endian; signed or not, as the number is. Throws `RangeError` for more than 64 bits. */
export function int64(value: bigint): Encoded {
  const bytes = new DataView(new ArrayBuffer(8));
  if (value !== BigInt.asIntN(64, value) && value !== BigInt.asUintN(64, value))
    throw new RangeError(`${value} has over 64 bits`);
  bytes.setBigUint64(0, BigInt.asUintN(64, value));
  return octetString(new Uint8Array(bytes.buffer));
}

export function utf8String(text: string): Encoded {
  return utf8Bytes(UTF8.encode(text));
}

/** A UTF8String that may be none, as the lines of a console. */
export function utf8Bytes(bytes: Uint8Array): Encoded {
  return tagged(TAG.utf8String, [bytes]);
}

/** Milliseconds since 1970. Throws `RangeError` for fractions and for years of more than four digits. */
export function generalizedTime(at: number): Encoded {
  return tagged(TAG.generalizedTime, [UTF8.encode(generalizedTimeText(at))]);
}

/** `tag` is another one where the SEQUENCE is tagged IMPLICITly. */
export function sequence(values: readonly Encoded[], tag: number = TAG.sequence): Encoded {
  return tagged(tag, values.flat());
}

/** In the order DER asks for. */
export function setOf(elements: readonly Encoded[]): Encoded {
  return tagged(
    TAG.set,
    elements.map(concatenate).toSorted((a, b) => Buffer.compare(a, b)),
  );
}

/** Under an EXPLICIT tag. */
export function explicit(number: number, value: Encoded): Encoded {
  return tagged(contextTag(number), value);
}

/** A value whose last bytes, so many, are not there yet: what stands before them. */
export function begun(tag: number, before: Encoded, bytesBehind: number): Encoded {
  return [Uint8Array.of(tag, ...lengthBytes(lengthOf(before) + bytesBehind)), ...before];
}

/** What is OPTIONAL: nothing at all for null. */
export function optional<T>(value: T | null, encode: (value: T) => Encoded): Encoded {
  return value === null ? [] : encode(value);
}

const UTF8 = new TextEncoder();

function tagged(tag: number, content: Encoded): Encoded {
  return compact([Uint8Array.of(tag, ...lengthBytes(lengthOf(content))), ...content]);
}

const SMALL_BYTES = 1024;

/** The same with fewer pieces: small ones are put together, up to that size. */
function compact(pieces: Encoded): Encoded {
  const fewer: Uint8Array[] = [];
  let run: Uint8Array[] = [];
  let runBytes = 0;
  for (const piece of pieces) {
    if (runBytes + piece.length > SMALL_BYTES && run.length > 0) {
      fewer.push(joined(run));
      run = [];
      runBytes = 0;
    }
    run.push(piece);
    runBytes += piece.length;
  }
  if (run.length > 0) fewer.push(joined(run));
  return fewer;
}

function joined(run: readonly Uint8Array[]): Uint8Array {
  const [only] = run;
  return only !== undefined && run.length === 1 ? only : concatenate(run);
}

function lengthBytes(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 + bytes.length, ...bytes];
}

/** In bytes. */
export function lengthOf(encoded: Encoded): number {
  return encoded.reduce((sum, { length }) => sum + length, 0);
}
