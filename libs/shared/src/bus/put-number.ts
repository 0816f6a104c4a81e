import { encode } from './codec.ts';

/** What any of them has room in. */
export const NUMBER_ROOM = 9;

/**
 * Writes a number as `encode` does; for what writes messages of one shape by the hundred thousand, where to look at
 * each as at any object takes longer than all else. Returns where it ends.
 *
 * ```text
 * number = 00-7f / cc u8 / cd u16 / ce u32 / negative / cb f64      the first that holds it; big-endian
 * ```
 */
export function putNumber(bytes: Uint8Array, from: number, value: number): number {
  if (value >>> 0 !== value) return putOther(bytes, from, value);
  if (value < 0x80) {
    bytes[from] = value;
    return from + 1;
  }
  if (value < 0x100) {
    bytes[from] = UINT8;
    bytes[from + 1] = value;
    return from + 2;
  }
  if (value < 0x1_0000) {
    bytes[from] = UINT16;
    bytes[from + 1] = value >>> 8;
    bytes[from + 2] = value;
    return from + 3;
  }
  bytes[from] = UINT32;
  bytes[from + 1] = value >>> 24;
  bytes[from + 2] = value >>> 16;
  bytes[from + 3] = value >>> 8;
  bytes[from + 4] = value;
  return from + 5;
}

const [UINT8, UINT16, UINT32, FLOAT64] = [0xcc, 0xcd, 0xce, 0xcb] as const;
const float = new DataView(new ArrayBuffer(8));
const floatBytes = new Uint8Array(float.buffer);

function putOther(bytes: Uint8Array, from: number, value: number): number {
  // Nobody counts below zero.
  if (value >> 0 === value) {
    const encoded = encode(value);
    bytes.set(encoded, from);
    return from + encoded.length;
  }
  float.setFloat64(0, value);
  bytes[from] = FLOAT64;
  for (let at = 0; at < 8; at += 1) bytes[from + 1 + at] = floatBytes[at] ?? 0;
  return from + NUMBER_ROOM;
}
