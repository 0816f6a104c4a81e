import { WireError, type WireErrorKind } from '../wire-error.ts';
import { parseGeneralizedTime } from './generalized-time.ts';
import { contextTag, describeTag, TAG } from './tag.ts';

/** How one value is read from where the reader stands. */
export type Decode<T> = (reader: DerReader) => T;

/** A value that is not read any further. */
export interface AnyValue {
  readonly tag: number;
  /** With tag and length. */
  readonly bytes: Uint8Array;
  readonly content: Uint8Array;
}

/** Numbers of the original have 63 bits. */
export const INTEGER_MAX = 2n ** 62n - 1n;
export const INTEGER_MIN = -(2n ** 62n);

/** Reads one value that is all of the input. Throws `WireError`. */
export function decodeDer<T>(bytes: Uint8Array, decode: Decode<T>): T {
  return whole(new DerReader(bytes, 0, bytes.length), decode);
}

/**
 * A strict reader of DER, for exactly the encodings that the original takes:
 *
 * ```
 * value  = tag length content
 * length = 0x00-0x7f  /  0x81-0x84 and that many bytes, as few as possible
 * ```
 *
 * It never looks beyond its input, copies nothing but text, and goes down only as far as whoever calls
 * it, never as the input says. Every method reads one value or throws `WireError`.
 */
export class DerReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get offset(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#end;
  }

  /** Whether the next value has this tag: for what is OPTIONAL. */
  has(tag: number): boolean {
    return !this.isAtEnd && this.#bytes[this.#at] === tag;
  }

  /** DER asks for 0xff; the original takes any byte but 0 for true. */
  boolean(): boolean {
    const content = this.#content(TAG.boolean);
    if (content.length !== 1) throw this.#bad(content, 'BOOLEAN of one byte');
    return this.#bytes[content.start] !== 0;
  }

  /** In two's complement, in as few bytes as possible. */
  integer(): bigint {
    const content = this.#content(TAG.integer);
    const [first = 0, second = 0] = this.#view(content);
    const isPadded = (first === 0 && second < 0x80) || (first === 0xff && second >= 0x80);
    if (content.length === 0 || (content.length > 1 && isPadded))
      throw this.#bad(content, 'INTEGER in as few bytes as possible');
    if (content.length > 8) throw this.#bad(content, 'INTEGER of at most 8 bytes');
    let value = BigInt(first < 0x80 ? first : first - 0x100);
    for (let at = content.start + 1; at < content.end; at += 1)
      value = value * 256n + BigInt(this.#bytes[at] ?? 0);
    if (value >= INTEGER_MIN && value <= INTEGER_MAX) return value;
    throw this.#bad(content, 'INTEGER of 63 bits');
  }

  /** An INTEGER that is a number without loss. */
  safeInteger(): number {
    const { offset } = this;
    const value = this.integer();
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    const found = `${value}`;
    throw new WireError(
      { offset, expected: 'INTEGER of at most 53 bits', found },
      'unrepresentable',
    );
  }

  /** A NULL, which says something by being there. */
  nullAs<T>(meaning: T): T {
    const content = this.#content(TAG.null);
    if (content.length !== 0) throw this.#bad(content, 'NULL without content');
    return meaning;
  }

  /** A view of the input, not a copy. */
  octetString(): Uint8Array {
    return this.content(TAG.octetString);
  }

  /** What is read by this, and the bytes that it is in: a view of the input. */
  withBytes<T>(decode: Decode<T>): { readonly value: T; readonly bytes: Uint8Array } {
    const start = this.#at;
    const value = decode(this);
    return { value, bytes: this.#bytes.subarray(start, this.#at) };
  }

  /** The content of a value with this tag, whatever it is. A view of the input. */
  content(tag: number): Uint8Array {
    return this.#view(this.#content(tag));
  }

  /** Any one value, of which nothing but tag and length is looked at. Views of the input. */
  any(): AnyValue {
    const tag = this.#bytes[this.#at] ?? 0;
    if (this.isAtEnd || (tag & 0x1f) === 0x1f)
      throw new WireError({ offset: this.#at, expected: 'a tag of one byte', found: this.#next() });
    const { offset, start, end } = this.#content(tag);
    const bytes = this.#bytes.subarray(offset, end);
    return { tag, bytes, content: bytes.subarray(start - offset) };
  }

  /** An OCTET STRING of one size. */
  octets(length: number): Uint8Array {
    const content = this.#content(TAG.octetString);
    if (content.length !== length) throw this.#bad(content, `OCTET STRING of ${length} bytes`);
    return this.#view(content);
  }

  /**
   * ```asn1
   * Int64 ::= OCTET STRING (SIZE(8))    -- big endian
   * ```
   */
  int64(): bigint {
    return BigInt.asIntN(64, this.uint64());
  }

  /** An `Int64` that cannot be below 0, as of what counts. */
  uint64(): bigint {
    const { buffer, byteOffset, length } = this.octets(8);
    return new DataView(buffer, byteOffset, length).getBigUint64(0);
  }

  /** Milliseconds since 1970. */
  generalizedTime(): number {
    const content = this.#content(TAG.generalizedTime);
    const isLong = content.length > TIME_BYTES;
    const at = isLong ? null : parseGeneralizedTime(ASCII.decode(this.#view(content)));
    if (at !== null) return at;
    throw this.#bad(content, 'time of the form YYYYMMDDHHMMSS.mmmZ', 'another');
  }

  /** A UTF8String that may be none: the original lets any bytes through. A view of the input. */
  utf8Bytes(): Uint8Array {
    return this.#view(this.#content(TAG.utf8String));
  }

  /** The original lets any bytes through here; text of ours is UTF-8. */
  utf8String(): string {
    const content = this.#content(TAG.utf8String);
    try {
      return UTF8.decode(this.#view(content));
    } catch {
      throw this.#bad(content, 'text in UTF-8', 'other bytes', 'unrepresentable');
    }
  }

  /** `tag` is another one where the SEQUENCE is tagged IMPLICITly. */
  sequence<T>(decode: Decode<T>, tag: number = TAG.sequence): T {
    const { start, end } = this.#content(tag);
    return whole(new DerReader(this.#bytes, start, end), decode);
  }

  sequenceOf<T>(decode: Decode<T>): T[] {
    return this.sequence((elements) => all(elements, decode));
  }

  /** DER asks for an order; the original takes any. */
  setOf<T>(decode: Decode<T>): T[] {
    return this.sequence((elements) => all(elements, decode), TAG.set);
  }

  /** What is OPTIONAL under an EXPLICIT tag. */
  optional<T>(number: number, decode: Decode<T>): T | null {
    return this.has(contextTag(number)) ? this.sequence(decode, contextTag(number)) : null;
  }

  /** One of several, each under its EXPLICIT tag. */
  choice<T>(alternatives: Readonly<Record<number, Decode<T>>>): T {
    const tag = this.#bytes[this.#at] ?? 0;
    const decode = this.has(contextTag(tag & 0x1f)) ? alternatives[tag & 0x1f] : undefined;
    if (decode !== undefined) return this.sequence(decode, tag);
    const numbers = Object.keys(alternatives).map((number) => `[${number}]`);
    throw new WireError({ offset: this.#at, expected: numbers.join(' or '), found: this.#next() });
  }

  /** Reads tag and length, and goes behind the content. */
  #content(tag: number): Content {
    const offset = this.#at;
    if (!this.has(tag))
      throw new WireError({ offset, expected: describeTag(tag), found: this.#next() });
    this.#at += 1;
    const length = this.#length();
    const start = this.#at;
    const left = this.#end - start;
    if (length > left) {
      const expected = `${describeTag(tag)} of at most ${left} bytes, which are left`;
      throw new WireError({ offset, expected, found: `a length of ${length}` });
    }
    this.#at += length;
    return { offset, start, end: this.#at, length };
  }

  #length(): number {
    const offset = this.#at;
    const first = this.#byte();
    if (first < 0x80) return first;
    const count = first & 0x7f;
    if (count === 0 || count > LENGTH_BYTES) {
      const found = count === 0 ? 'an indefinite one' : `one of ${count} bytes`;
      throw new WireError({ offset, expected: `a length of 1 to ${LENGTH_BYTES} bytes`, found });
    }
    const bytes = Array.from({ length: count }, () => this.#byte());
    const length = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    if (bytes[0] !== 0 && length >= 0x80) return length;
    throw new WireError({
      offset,
      expected: 'a length in as few bytes as possible',
      found: 'more',
    });
  }

  #byte(): number {
    const byte = this.isAtEnd ? undefined : this.#bytes[this.#at];
    if (byte === undefined)
      throw new WireError({ offset: this.#at, expected: 'a length', found: 'the end' });
    this.#at += 1;
    return byte;
  }

  #view({ start, end }: Content): Uint8Array {
    return this.#bytes.subarray(start, end);
  }

  #next(): string {
    return this.isAtEnd ? 'the end' : describeTag(this.#bytes[this.#at] ?? 0);
  }

  #bad(
    { offset, length }: Content,
    expected: string,
    found = `${length} bytes`,
    kind: WireErrorKind = 'invalid',
  ): WireError {
    return new WireError({ offset, expected, found }, kind);
  }
}

interface Content {
  /** Of the tag. */
  readonly offset: number;
  readonly start: number;
  readonly end: number;
  readonly length: number;
}

/** Lengths up to 4 GiB. */
const LENGTH_BYTES = 4;
/** Of the longest time: `19700101000000.000+0000`. */
const TIME_BYTES = 23;
const ASCII = new TextDecoder('latin1');
/** A mark at the beginning is a part of the text. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Nothing may be left over. */
function whole<T>(reader: DerReader, decode: Decode<T>): T {
  const value = decode(reader);
  if (reader.isAtEnd) return value;
  throw new WireError({ offset: reader.offset, expected: 'the end', found: 'more bytes' });
}

function all<T>(reader: DerReader, decode: Decode<T>): T[] {
  const values: T[] = [];
  while (!reader.isAtEnd) values.push(decode(reader));
  return values;
}
