/** A set of the original's, written in whatever order: ascending, each once. */
export function ascending(numbers: readonly number[]): readonly number[] {
  return [...new Set(numbers)].toSorted((a, b) => a - b);
}
