import assert from 'node:assert/strict';

import { ImageError } from '../image-error.ts';
import type { ImageErrorCode, ImageErrorDetails } from '../image-error.ts';
import { bytesSource } from '../image-source.ts';
import { readNotes } from '../read-notes.ts';

/** Asserts that the image is refused, with this code, whole message and these details. */
export function assertRefused(
  image: Uint8Array,
  code: ImageErrorCode,
  message: string,
  details: ImageErrorDetails,
): void {
  assert.throws(
    () => readNotes(bytesSource(image)),
    (error) => {
      assert.ok(error instanceof ImageError, String(error));
      assert.deepEqual([error.code, error.message], [code, message]);
      assert.deepEqual(error.details, details);
      return true;
    },
  );
}
