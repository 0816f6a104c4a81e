import { printable, TAG, WireError, type DerReader } from '@albatross/wire';
import { readSome, readUpTo } from './bounded-list.ts';
import { OID } from './object-identifier.ts';
import { readObjectIdentifier } from './read-object-identifier.ts';

/** A name has so many parts, and each so many attributes. */
export const NAME_PARTS_MAX = 64;

/** Who a certificate is of, or from. */
export interface DistinguishedName {
  /** A view of what it was read from. */
  readonly der: Uint8Array;
  /**
   * Equal for equal names. In which of the types of text an attribute is makes no difference: the original
   * reads one and writes another when it signs.
   */
  readonly key: string;
  /** The last, if it has several; null if none. */
  readonly commonName: string | null;
  /** For people, as `CN=hello`: one line of printable ASCII, and not long. */
  readonly text: string;
}

/**
 * ```asn1
 * Name                      ::= SEQUENCE OF RelativeDistinguishedName
 * RelativeDistinguishedName ::= SET SIZE (1..MAX) OF AttributeTypeAndValue
 * AttributeTypeAndValue     ::= SEQUENCE { type OBJECT IDENTIFIER, value ANY }
 * ```
 *
 * Throws `WireError`.
 */
export function readDistinguishedName(reader: DerReader): DistinguishedName {
  const { value: parts, bytes } = reader.withBytes((name) =>
    name.sequence((list) => readUpTo(list, NAME_PARTS_MAX, readPart)),
  );
  const attributes = parts.flat();
  return {
    der: bytes,
    key: parts.map((part) => part.map(keyOf).toSorted().join('+')).join(','),
    commonName: attributes.filter(isCommonName).at(-1)?.text ?? null,
    text: textOf(attributes),
  };
}

interface Attribute {
  readonly type: string;
  readonly tag: number;
  readonly content: Uint8Array;
  /** Null when it is no text. */
  readonly text: string | null;
}

function readPart(name: DerReader): readonly Attribute[] {
  const { offset } = name;
  const part = name.sequence((set) => readSome(set, NAME_PARTS_MAX, readAttribute), TAG.set);
  if (part.filter(isCommonName).length <= 1) return part;
  const expected = 'one common name in a part of a name';
  throw new WireError({ offset, expected, found: 'several' });
}

function isCommonName({ type }: Attribute): boolean {
  return type === OID.commonName;
}

function readAttribute(part: DerReader): Attribute {
  return part.sequence((attribute) => {
    const type = readObjectIdentifier(attribute);
    const { offset } = attribute;
    const { tag, content } = attribute.any();
    const text = textIn(tag, content);
    if (text !== null || type !== OID.commonName) return { type, tag, content, text };
    const expected = 'common name as UTF8String, PrintableString, IA5String or TeletexString';
    throw new WireError({ offset, expected, found: 'another' });
  });
}

const DECODERS = new Map([
  [TAG.utf8String, new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })],
  [0x13, new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })], // PrintableString
  [0x16, new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })], // IA5String
  [0x14, new TextDecoder('latin1')], // TeletexString
]);

function textIn(tag: number, content: Uint8Array): string | null {
  try {
    return DECODERS.get(tag)?.decode(content) ?? null;
  } catch {
    return null;
  }
}

/** What differs in no way but its type of text has the same; lengths keep the parts apart. */
function keyOf({ type, tag, content, text }: Attribute): string {
  const kind = text === null ? tag : 'text';
  return `${type}=${kind}:${content.length}:${Buffer.from(content).toString('latin1')}`;
}

const TEXT_LENGTH = 100;

const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  [OID.commonName, 'CN'],
  ['2.5.4.6', 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
]);

function textOf(attributes: readonly Attribute[]): string {
  if (attributes.length === 0) return 'without a name';
  const parts = attributes.map(
    ({ type, text }) => `${SHORT_NAMES.get(type) ?? type}=${text?.slice(0, TEXT_LENGTH) ?? '...'}`,
  );
  const whole = printable(parts.join(', '));
  return whole.length <= TEXT_LENGTH ? whole : `${whole.slice(0, TEXT_LENGTH)}...`;
}
