import { randomBytes, randomInt } from 'node:crypto';

/** Those of ours have ten bytes, as the original's have. */
const SERIAL_BYTES = 10;
/** RFC 5280 allows no more. */
export const SERIAL_BYTES_MAX = 20;

/**
 * A positive serial number, in hexadecimal as its DER has it: in as few bytes as possible, with a zero before
 * a first bit that is set. The original writes it like this in its database.
 */
export type SerialNumber = string & { readonly [serialBrand]: true };

declare const serialBrand: unique symbol;

export function newSerialNumber(): SerialNumber {
  const bytes = randomBytes(SERIAL_BYTES);
  bytes[0] = randomInt(1, 256);
  return positive(bytes);
}

/** Reads hexadecimal as people copy it, with colons or without, padded or not; null when it is no serial number. */
export function parseSerialNumber(text: string): SerialNumber | null {
  const digits = text.replaceAll(':', '').replace(/^0x/i, '');
  if (!/^[0-9a-f]+$/i.test(digits)) return null;
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  const first = bytes.findIndex((byte) => byte !== 0);
  if (first === -1 || bytes.length - first > SERIAL_BYTES_MAX) return null;
  return positive(bytes.subarray(first));
}

function positive(bytes: Uint8Array): SerialNumber {
  const isNegative = (bytes[0] ?? 0) >= 0x80;
  return `${isNegative ? '00' : ''}${Buffer.from(bytes).toString('hex')}` as SerialNumber;
}
