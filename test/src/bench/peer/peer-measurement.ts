import type { Ground } from '../group.ts';
import type { Absence, Row } from '../row.ts';
import type { PeerProgram, PeerPrograms } from './peer-programs.ts';

/** What is measured of the original in turn with one group of ours. */
export interface PeerMeasurement {
  /** Of ours. */
  readonly group: string;
  readonly needs: readonly PeerProgram[];
  /** What it adds; told as absent where a program is lacking. */
  readonly rows: readonly PeerRow[];
  /** Rows of ours beside which there is nothing, and why. */
  readonly lacks?: readonly Absence[];
  /** Leaves nothing behind, whatever comes. */
  readonly measure: (ground: Ground, programs: PeerPrograms) => Promise<void>;
}

/** The key of the row of ours that it stands beside. */
export type PeerRow = Pick<Row, 'key' | 'what' | 'unit'>;

export function addRow(
  ground: Ground,
  row: PeerRow,
  { figure, limit = null }: Pick<Row, 'figure'> & Partial<Pick<Row, 'limit'>>,
): void {
  ground.row({ ...row, figure, limit, who: 'original' });
}
