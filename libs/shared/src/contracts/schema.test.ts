import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as z from './schema.ts';

const point = z.object({ x: z.number(), y: z.optional(z.number()) });
const strictPoint = z.strictObject({ x: z.number() });

describe('a schema of ours', () => {
  it('tells in English what is wrong', () => {
    const [issue] = point.safeParse({ x: 'far' }).error?.issues ?? [];
    assert.equal(issue?.message, 'Invalid input: expected number, received string');
    assert.deepEqual(issue?.path, ['x']);
  });

  it('leaves out further keys, or refuses them', () => {
    assert.deepEqual(point.parse({ x: 1, z: 3 }), { x: 1 });
    const [issue] = strictPoint.safeParse({ x: 1, z: 3 }).error?.issues ?? [];
    assert.equal(issue?.message, 'Unrecognized key: "z"');
  });

  it('can be made from others, which stay as they are', () => {
    const place = z.extend(strictPoint, { name: z.string() });
    assert.deepEqual(place.parse({ x: 1, name: 'home' }), { x: 1, name: 'home' });
    assert.equal(place.safeParse({ x: 1, name: 'home', z: 3 }).success, false);
    assert.deepEqual(z.pick(point, { y: true }).parse({ x: 1, y: 2 }), { y: 2 });
    assert.deepEqual(strictPoint.parse({ x: 1 }), { x: 1 });
  });

  it('makes code to read objects, which is faster, unless it is not to', () => {
    for (const schema of [point, strictPoint, z.extend(point, {}), z.pick(point, { x: true })])
      assert.ok(schema instanceof z.core.$ZodObjectJIT);
  });
});
