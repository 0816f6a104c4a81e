import type { TriedColumns } from './columns.ts';
import { expectedOfBytes } from './try-bytes.ts';
import { expectedOfCertificates } from './try-certificates.ts';
import { expectedOfOurClient } from './try-our-client.ts';
import { expectedOfSockets } from './try-sockets.ts';

/** What should come of everything that is tried. */
export function expectedColumns(): TriedColumns {
  return {
    ours: expectedOfOurClient(),
    certificates: expectedOfCertificates(),
    sockets: expectedOfSockets(),
    bytes: expectedOfBytes(),
  };
}
