import assert from 'node:assert/strict';
import { WireError, type WireErrorKind } from '../wire-error.ts';

/** Asserts that a `WireError` is thrown that says this. */
export function assertRefused(
  read: () => unknown,
  message: string,
  kind: WireErrorKind = 'invalid',
): void {
  assert.throws(read, (error) => {
    assert.ok(error instanceof WireError, String(error));
    assert.deepEqual([error.message, error.kind], [message, kind]);
    assert.ok(error.message.startsWith(`at byte ${error.offset}: expected ${error.expected}`));
    return true;
  });
}

/** Returns null when refused; anything else than a value or a `WireError` about these bytes fails. */
export function readOrRefuse<T>(bytes: Uint8Array, read: (bytes: Uint8Array) => T): T | null {
  try {
    return read(bytes);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    assert.ok(error.offset >= 0 && error.offset <= bytes.length, `offset ${error.offset}`);
    assert.match(error.message, /^[\x20-\x7e]+$/);
    return null;
  }
}
