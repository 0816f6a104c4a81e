import { Failure } from '@albatross/shared/contracts/failures';

export interface UidRange {
  readonly first: number;
  readonly count: number;
}

/**
 * The user of one unikernel's tender: the one it `had` unless others have `taken` that, else the lowest nobody
 * has; null where tenders run as ourselves. Throws a `Failure`.
 */
export function tenderUid(
  range: UidRange | null,
  had: number | null,
  taken: Iterable<number | null>,
): number | null {
  if (range === null) return null;
  const end = range.first + range.count;
  const others = new Set(taken);
  if (had !== null && had >= range.first && had < end && !others.has(had)) return had;
  for (let uid = range.first; uid < end; uid += 1) {
    if (!others.has(uid)) return uid;
  }
  throw new Failure('POLICY_EXCEEDED', `all ${range.count} users for tenders are taken`, {
    ...range,
  });
}
