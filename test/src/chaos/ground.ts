import type { Bus } from '@albatross/shared/bus/bus';
import type { Figures } from './figures.ts';
import type { Findings } from './findings.ts';
import type { Journal } from './journal.ts';
import type { Ledger } from './ledger.ts';
import type { Waits } from './waits.ts';

/** What everybody who asks for something needs. */
export interface Ground {
  readonly bus: Bus;
  readonly ledger: Ledger;
  readonly findings: Findings;
  readonly figures: Figures;
  readonly journal: Journal;
  readonly waits: Waits;
  /** The process that answers at this moment; 0 while there is none. */
  readonly supervisorPid: () => number;
}
