import { realTenders, standInTender, type Tenders } from '../../../harness/tender-path.ts';
import { MEMORY_MIB, WORDS } from './trial.ts';

/** What is measured with. */
export interface MeasuredTender {
  readonly tenders: Tenders;
  readonly path: string;
  /** For the table. */
  readonly title: string;
}

/** The real solo5-spt where there is one. */
export async function measuredTender(): Promise<MeasuredTender> {
  const { 'solo5-spt': real } = realTenders();
  if (real !== undefined) return measured(real, 'solo5-spt');
  const { 'solo5-spt': standIn = '' } = await standInTender();
  return measured(standIn, 'our stand-in for solo5-spt');
}

function measured(path: string, title: string): MeasuredTender {
  return { tenders: { 'solo5-spt': path }, path, title };
}

/** As the supervisor would say it, without what it does before. */
export function bareCommand(
  { path }: MeasuredTender,
  image: string,
  devices: readonly string[] = [],
): readonly string[] {
  return [path, `--mem=${MEMORY_MIB}`, ...devices, '--', image, ...WORDS];
}
