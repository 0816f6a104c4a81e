import type { Administrator } from './administrator.ts';

/** Requests under way: more would only wait for each other, and uploads are limited. */
const AT_ONCE = 64;
/** The least that `examples/hello` fits into. */
const MEMORY_MIB = 2;

/** In the order that lists have. */
export function manyNames(count: number): readonly string[] {
  const digits = String(count - 1).length;
  return Array.from({ length: count }, (_, n) => `many:n${String(n).padStart(digits, '0')}`);
}

/** Guests that do nothing, if no words are given, and are not started again when they end. */
export async function createMany(
  administrator: Administrator,
  names: readonly string[],
  image: string,
  words: readonly string[] = ['hang'],
): Promise<void> {
  await forEachOf(names, async (name) => {
    await administrator.createWith(name, image, { memoryMib: MEMORY_MIB, arguments: [...words] });
  });
}

export async function destroyMany(
  administrator: Administrator,
  names: readonly string[],
): Promise<void> {
  await forEachOf(names, async (name) => await administrator.destroy(name));
}

/** Does something for each, for so many at once. */
export async function forEachOf<T>(
  all: readonly T[],
  work: (one: T) => Promise<void>,
  atOnce = AT_ONCE,
): Promise<void> {
  const waiting = [...all];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await work(one);
    }),
  );
}
