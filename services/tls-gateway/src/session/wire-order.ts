import { labelsOf, type Name } from '@albatross/shared/domain/name';

/**
 * As the original lists what is at and below a path: each path before what is in it, and the labels of one
 * path from the last to the first.
 */
export function inWireOrder<T>(items: readonly T[], nameOf: (item: T) => Name): readonly T[] {
  return items
    .map((item) => ({ item, labels: labelsOf(nameOf(item)) }))
    .toSorted((a, b) => compare(a.labels, b.labels))
    .map(({ item }) => item);
}

function compare(a: readonly string[], b: readonly string[]): number {
  for (const [at, label] of a.entries()) {
    const other = b[at];
    if (other === undefined) return 1;
    if (label !== other) return label < other ? 1 : -1;
  }
  return a.length - b.length;
}
