import type { Subcommand } from './subcommands.ts';
import type { Tried } from './tried.ts';

/** The columns of the table, and what was tried for each. */
export interface Columns<T> {
  readonly ours: T;
  readonly certificates: T;
  readonly sockets: T;
  readonly bytes: T;
}

export const HEADINGS: Columns<string> = {
  ours: 'our client → our endpoint',
  certificates: "the original's certificate → our endpoint",
  sockets: "the original's local request → our sockets",
  bytes: "our client's bytes = the original's",
};

const LOCAL_ONLY = 'it gives no order to another host';
const READS_FILE = 'it reads a file, and asks nobody';
const NO_ORDER = 'the original takes this from no certificate; ours says so';
const IN_CERTIFICATES = 'no socket takes certificates';
const NO_FILE = 'nothing is sent';

/** Where there is nothing to try, or what was tried is only that it is refused. */
export const NOT_APPLICABLE: Columns<Partial<Readonly<Record<Subcommand, string>>>> = {
  ours: {
    'remove-policy': NO_ORDER,
    'stats-add': NO_ORDER,
    'stats-remove': NO_ORDER,
  },
  certificates: {
    'replace-policy': 'the same as add-policy',
    'remove-policy': NO_ORDER,
    'stats-add': NO_ORDER,
    'stats-remove': NO_ORDER,
    'inspect-dump': READS_FILE,
    'extract-dump': READS_FILE,
  },
  sockets: {
    certificate: IN_CERTIFICATES,
    sign: LOCAL_ONLY,
    generate: LOCAL_ONLY,
    'inspect-dump': READS_FILE,
    'extract-dump': READS_FILE,
  },
  bytes: {
    'remove-policy': NO_ORDER,
    'stats-add': NO_ORDER,
    'stats-remove': NO_ORDER,
    update: 'it says what info and create --force say',
    'inspect-dump': NO_FILE,
    'extract-dump': NO_FILE,
  },
};

export type TriedColumns = Columns<Tried>;
