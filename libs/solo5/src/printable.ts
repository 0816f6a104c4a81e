const NAMED_ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x22, '\\"'],
  [0x5c, '\\\\'],
]);

/** Bytes of an untrusted file as printable ASCII between double quotes, everything else escaped. */
export function printable(bytes: Uint8Array): string {
  return `"${Array.from(bytes, printableByte).join('')}"`;
}

function printableByte(byte: number): string {
  const named = NAMED_ESCAPES.get(byte);
  if (named !== undefined) return named;
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}
