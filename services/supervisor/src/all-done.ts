/** Resolves when none is under way; throws the first's reason of those that failed. */
export async function allDone(works: readonly Promise<void>[]): Promise<void> {
  for (const end of await Promise.allSettled(works))
    if (end.status === 'rejected') throw end.reason;
}
