/** Bytes written in hexadecimal; blanks are for the eye. */
export function hex(text: string): Uint8Array {
  const digits = text.replaceAll(' ', '');
  if (!/^([0-9a-f]{2})*$/.test(digits)) throw new RangeError(`no hexadecimal: ${text}`);
  return Uint8Array.from(digits.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}
