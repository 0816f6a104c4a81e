import type { UnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { BlockUses, type BlockKey } from './block-uses.ts';

const KEYS = ['a', 'b', 'c', 'd'];
const ONE = 'one' as UnikernelName;
const OWNERS = [ONE, 'two' as UnikernelName, 'three' as UnikernelName];

const inUse = { code: 'BLOCK_IN_USE' };

/** Who has which device, as it must be; written in the simplest way. */
type Model = Map<BlockKey, string>;

type Act =
  | { readonly kind: 'claim' | 'keep'; readonly owner: UnikernelName; readonly keys: BlockKey[] }
  | { readonly kind: 'release'; readonly owner: UnikernelName }
  | { readonly kind: 'change' | 'read'; readonly key: BlockKey };

const owner = fc.constantFrom(...OWNERS);
const key = fc.constantFrom(...KEYS);
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('claim' as const, 'keep' as const),
    owner,
    keys: fc.uniqueArray(key),
  }),
  fc.record({ kind: fc.constant('release' as const), owner }),
  fc.record({ kind: fc.constantFrom('change' as const, 'read' as const), key }),
);

describe('claims of block devices', () => {
  it('never overlap, whatever is asked in whatever order, and are all granted or none', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const uses = new BlockUses();
        const model: Model = new Map();
        for (const one of acts) {
          const before = new Map(model);
          const isAllowed = expected(model, one);
          const isGranted = attempt(uses, one);
          assert.equal(isGranted, isAllowed, JSON.stringify(one));
          if (!isAllowed) assert.deepEqual(model, before);
          assert.deepEqual(standing(uses), model);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('of the same device twice by one unikernel are refused', () => {
    const uses = new BlockUses();
    assert.throws(() => uses.claim(ONE, ['a', 'a']), inUse);
    assert.equal(uses.of('a'), null);
  });
});

/** Whether it is granted; then the model is as it is afterwards. */
function expected(model: Model, one: Act): boolean {
  const isFree = (key: BlockKey, owner: string | null): boolean =>
    !model.has(key) || model.get(key) === owner;
  switch (one.kind) {
    case 'claim':
    case 'keep':
      if (!one.keys.every((key) => isFree(key, one.owner))) return false;
      if (one.kind === 'keep') drop(model, one.owner);
      for (const key of one.keys) model.set(key, one.owner);
      return true;
    case 'release':
      drop(model, one.owner);
      return true;
    case 'change':
      return isFree(one.key, null);
    case 'read':
      return isFree(one.key, null);
  }
}

function drop(model: Model, owner: string): void {
  for (const [key, of] of model) if (of === owner) model.delete(key);
}

/** Changes and reading are over at once. */
function attempt(uses: BlockUses, one: Act): boolean {
  try {
    switch (one.kind) {
      case 'claim':
        uses.claim(one.owner, one.keys);
        return true;
      case 'keep':
        uses.keep(one.owner, one.keys);
        return true;
      case 'release':
        uses.release(one.owner);
        return true;
      case 'change':
        uses.change(one.key, 'written')();
        return true;
      case 'read':
        uses.read(one.key)();
        return true;
    }
  } catch (error) {
    assert.ok(error instanceof Error && 'code' in error && error.code === 'BLOCK_IN_USE');
    return false;
  }
}

function standing(uses: BlockUses): Model {
  const owners = KEYS.flatMap((key) => {
    const use = uses.of(key);
    return use?.kind === 'unikernel' ? [[key, use.owner] as const] : [];
  });
  return new Map(owners);
}

describe('a device that is being changed', () => {
  it('is for nobody else, and free again afterwards', () => {
    const uses = new BlockUses();
    const letGo = uses.change('a', 'written');
    assert.throws(() => uses.claim(ONE, ['b', 'a']), inUse);
    assert.throws(() => uses.change('a', 'removed'), inUse);
    assert.throws(() => uses.read('a'), inUse);
    assert.equal(uses.of('b'), null);
    letGo();
    const next = uses.change('a', 'removed');
    // Whoever let go before has no say any more.
    letGo();
    assert.throws(() => uses.read('a'), inUse);
    next();
    assert.equal(uses.of('a'), null);
  });
});

describe('a device that is being read', () => {
  it('may be read by others too, and is used by nobody until the last one is done', () => {
    const uses = new BlockUses();
    const [first, second] = [uses.read('a'), uses.read('a')];
    first();
    first();
    assert.throws(() => uses.claim(ONE, ['a']), inUse);
    assert.throws(() => uses.change('a', 'written'), inUse);
    second();
    uses.claim(ONE, ['a']);
  });
});
