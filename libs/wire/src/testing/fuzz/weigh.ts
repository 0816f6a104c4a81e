/**
 * How much a value holds that is not the input itself: its members, and the characters of its texts.
 * Bytes have to be views of the input. Throws an Error for those that are not.
 */
export function weigh(value: unknown, input: Uint8Array): number {
  if (typeof value === 'string') return 1 + value.length;
  if (typeof value !== 'object' || value === null) return 1;
  if (value instanceof Uint8Array) {
    if (value.length > 0 && value.buffer !== input.buffer) throw new Error('a copy of bytes');
    return 1;
  }
  let weight = 1;
  for (const member of Object.values(value)) weight += weigh(member, input);
  return weight;
}
