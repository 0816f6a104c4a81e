import { fileURLToPath } from 'node:url';

/** The result that is kept: of a quiet machine, to compare with and to make the page of. */
export const BASELINE = fileURLToPath(new URL('../../bench/baseline.json', import.meta.url));
