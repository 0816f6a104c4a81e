import { randomFillSync } from 'node:crypto';

/**
 * Stands for `globalThis.crypto` in the installed client.
 *
 * @public
 */
export const randomValues = {
  getRandomValues(array: Uint8Array): Uint8Array {
    return randomFillSync(array);
  },
};
