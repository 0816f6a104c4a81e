/**
 * `invalid`: these bytes are nothing that the original writes or reads. `unrepresentable`: the original
 * would take them, and we have no such value, as for text that is no UTF-8.
 */
export type WireErrorKind = 'invalid' | 'unrepresentable';

interface Finding {
  /** Where in the input, in bytes. */
  readonly offset: number;
  readonly expected: string;
  readonly found: string;
}

/** Bytes were refused. The message is one line of printable ASCII. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly kind: WireErrorKind;
  readonly offset: number;
  readonly expected: string;

  constructor({ offset, expected, found }: Finding, kind: WireErrorKind = 'invalid') {
    super(`at byte ${offset}: expected ${expected}, found ${found}`);
    this.kind = kind;
    this.offset = offset;
    this.expected = expected;
  }
}
