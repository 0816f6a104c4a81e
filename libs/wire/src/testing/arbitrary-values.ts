import * as fc from 'fast-check';

export const text = fc.string({ unit: 'binary', maxLength: 200 });
export const bytes = fc.uint8Array({ maxLength: 300 });
export const number = fc.maxSafeInteger();

/** Any that the original's numbers hold. */
export const integer = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n - 1n });
export const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
export const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

/** Milliseconds since 1970, in all years that have four digits. */
export const time = fc.integer({
  min: Date.parse('0000-01-01T00:00:00.000Z'),
  max: Date.parse('9999-12-31T23:59:59.999Z'),
});

/** As a set is: ascending, each once. */
export const numbers = fc
  .uniqueArray(number, { maxLength: 5 })
  .map((list) => list.toSorted((a, b) => a - b));

export const mac = fc.uint8Array({ minLength: 6, maxLength: 6 }).map((octets) =>
  Buffer.from(octets)
    .toString('hex')
    .replaceAll(/(..)(?=.)/g, '$1:'),
);

export function maybe<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.option(arbitrary, { nil: null });
}

/** A few of them. */
export function list<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(arbitrary, { maxLength: 4 });
}
