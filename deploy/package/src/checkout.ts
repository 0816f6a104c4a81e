import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a package is made from. */
export const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
export const DEBIAN = join(REPOSITORY, 'deploy/debian');
export const SYSTEMD = join(REPOSITORY, 'deploy/systemd');
