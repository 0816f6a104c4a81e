/**
 * The tags that occur, all in one byte:
 *
 * ```
 * bits 8-7  class        00 universal, 10 context-specific
 * bit  6    constructed
 * bits 5-1  number       at most 30
 * ```
 */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** `[number]` around something, as EXPLICIT tags are, or IMPLICIT ones of a SEQUENCE or SET. */
export function contextTag(number: number): number {
  return 0xa0 | number;
}

const NAMES: ReadonlyMap<number, string> = new Map([
  [TAG.boolean, 'BOOLEAN'],
  [TAG.integer, 'INTEGER'],
  [TAG.bitString, 'BIT STRING'],
  [TAG.octetString, 'OCTET STRING'],
  [TAG.null, 'NULL'],
  [TAG.objectIdentifier, 'OBJECT IDENTIFIER'],
  [TAG.utf8String, 'UTF8String'],
  [TAG.generalizedTime, 'GeneralizedTime'],
  [TAG.sequence, 'SEQUENCE'],
  [TAG.set, 'SET'],
]);

/** As a message says it. */
export function describeTag(tag: number): string {
  const name = NAMES.get(tag);
  if (name !== undefined) return name;
  const number = tag & 0x1f;
  return contextTag(number) === tag && number < 0x1f
    ? `[${number}]`
    : `the tag 0x${tag.toString(16).padStart(2, '0')}`;
}
