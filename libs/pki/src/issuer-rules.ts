import { authorityRefusal } from './certificate-rules.ts';
import type { Certificate } from './certificate.ts';
import type { Path } from './chain-path.ts';
import { refuse, type Refusal } from './refusal.ts';

/** A path has fewer than ten certificates: the leaf counts, the trusted authority does not. */
export const PATH_LENGTH_MAX = 9;

export interface Trust {
  readonly anchor: Certificate;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Why a path may not go on with this issuer, whoever signed what; null if it may. */
export function issuerRefusal(
  path: Path,
  issuer: Certificate,
  { anchor, now }: Trust,
): Refusal | null {
  return (
    (issuer === anchor ? null : authorityRefusal(issuer, now)) ??
    lengthRefusal(path, issuer) ??
    nameRefusal(path, issuer) ??
    (lengthOf(path) > (issuer === anchor ? PATH_LENGTH_MAX : PATH_LENGTH_MAX - 1)
      ? tooLong(path)
      : null)
  );
}

/** An authority is worth nothing where nobody can be below it. */
function lengthOf(path: Path): number {
  return path.length + (path[0].basicConstraints?.isAuthority === true ? 1 : 0);
}

/** Of the authorities below it all count, also those of its own name. */
function lengthRefusal(path: Path, issuer: Certificate): Refusal | null {
  const pathLength = issuer.basicConstraints?.pathLength ?? null;
  const below = lengthOf(path) - 1;
  if (pathLength === null || below <= pathLength) return null;
  const what = `allows ${pathLength} authorities below it; there are ${below}`;
  return refuse('path-length', issuer, what);
}

/** Constraints on hosts, the only ones that an authority is accepted with, are not compared with any. */
function nameRefusal(path: Path, issuer: Certificate): Refusal | null {
  if (issuer.nameConstraints === null) return null;
  const named = path.find(({ hasAlternativeNames }) => hasAlternativeNames);
  if (named === undefined) return null;
  const what = `has alternative names, which ${issuer.subject.text} restricts; such are not accepted`;
  return refuse('name-constraints', named, what);
}

function tooLong(path: Path): Refusal {
  const isLeaf = lengthOf(path) === path.length;
  const what = isLeaf
    ? `is over ${PATH_LENGTH_MAX} certificates away from the trusted authority`
    : `is ${path.length} certificates below the trusted authority; what it signs would be too far away`;
  return refuse('path-too-long', path[0], what);
}
