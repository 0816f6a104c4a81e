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

/** Guests that do nothing, and are not started again when they end. */
export async function createMany(
  administrator: Administrator,
  names: readonly string[],
  image: string,
): Promise<void> {
  await forEachOf(names, async (name) => {
    await administrator.createWith(name, image, { memoryMib: MEMORY_MIB, arguments: ['hang'] });
  });
}

export async function destroyMany(
  administrator: Administrator,
  names: readonly string[],
): Promise<void> {
  await forEachOf(names, async (name) => await administrator.destroy(name));
}

async function forEachOf(
  names: readonly string[],
  work: (name: string) => Promise<void>,
): Promise<void> {
  const waiting = [...names];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await work(name);
    }),
  );
}
