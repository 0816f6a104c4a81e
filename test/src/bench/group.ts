import type { Absence, Row, Series } from './row.ts';

/** Measurements that need the same things around them. */
export interface Group {
  /** For `--only`, and what the keys of its rows begin with. */
  readonly name: string;
  readonly what: string;
  /** Cleans up whatever comes. Rejects when something could not be measured that should have been. */
  readonly measure: (ground: Ground) => Promise<void>;
}

/** What a group is given, and where it puts its results. */
export interface Ground {
  /** Few runs of little: whether the programs work, not how fast they are. */
  readonly isQuick: boolean;
  /** The folder of the original's programs. */
  readonly peer: string | null;
  /** Aborted when somebody wants the run to end. */
  readonly stop: AbortSignal;
  readonly row: (row: Row) => void;
  readonly absent: (absence: Absence) => void;
  readonly series: (series: Series) => void;
  /** What is being done, for whoever waits. */
  readonly say: (text: string) => void;
}
