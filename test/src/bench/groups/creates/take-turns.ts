/** So often the same is done before it counts: everything has been read from the disk then. */
const WARM_UP = 5;

/** What so many runs returned, one after the other. */
export async function takeTurns<T>(
  runs: number,
  stop: AbortSignal,
  run: () => Promise<T>,
): Promise<readonly T[]> {
  const taken: T[] = [];
  for (let turn = -WARM_UP; turn < runs; turn += 1) {
    stop.throwIfAborted();
    const one = await run();
    if (turn >= 0) taken.push(one);
  }
  return taken;
}
