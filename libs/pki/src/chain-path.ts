import type { Certificate } from './certificate.ts';

/** From a leaf to some issuer of it. */
export type Path = readonly [leaf: Certificate, ...authorities: Certificate[]];

/** Whether the last certificate of a path may have been issued by this one. */
export type LeadsTo = (path: Path, issuer: Certificate) => boolean;

/**
 * The paths from a leaf to each certificate that it leads to, the shorter ones first, and among those of one
 * length the ones whose certificates come first in `others`.
 *
 * Each certificate is tried where it is nearest to the leaf, and nowhere else: what may be an issuer so far
 * up may be one further down. So the work grows with the square of what was sent, and not, as the number of
 * all paths does, without bounds.
 */
export function* shortestPaths(
  leaf: Certificate,
  others: readonly Certificate[],
  leadsTo: LeadsTo,
): Generator<Path, void, undefined> {
  const untried = new Set(others);
  const paths: Path[] = [[leaf]];
  for (const path of paths) {
    yield path;
    for (const other of untried)
      if (leadsTo(path, other)) {
        untried.delete(other);
        paths.push([...path, other]);
      }
  }
}

/** The first of them that leads to the anchor; null if none does. */
export function firstPath(
  leaf: Certificate,
  others: readonly Certificate[],
  anchor: Certificate,
  leadsTo: LeadsTo,
): Path | null {
  for (const path of shortestPaths(leaf, others, leadsTo)) if (leadsTo(path, anchor)) return path;
  return null;
}

export function lastOf(path: Path): Certificate {
  return path.at(-1) ?? path[0];
}
