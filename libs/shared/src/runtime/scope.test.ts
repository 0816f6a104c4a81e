import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Scope } from './scope.ts';

const closing = (closed: string[], what: string): AsyncDisposable => ({
  [Symbol.asyncDispose]: async () => {
    await Promise.resolve();
    closed.push(what);
  },
});

describe('a scope', () => {
  it('closes in reverse, each after the one before it is closed', async () => {
    const closed: string[] = [];
    {
      await using scope = new Scope();
      scope.use(closing(closed, 'a'));
      scope.use({ [Symbol.dispose]: () => void closed.push('b') });
      scope.use(closing(closed, 'c'));
    }
    assert.deepEqual(closed, ['c', 'b', 'a']);
  });

  it('hands back what it is given', () => {
    const resource = closing([], 'a');
    assert.equal(new Scope().use(resource), resource);
  });

  it('is well while everything that can tell of itself is', () => {
    const scope = new Scope();
    scope.use(closing([], 'a'));
    assert.equal(scope.isWell, true);
    const part = scope.use({ isWell: true, [Symbol.dispose]: () => undefined });
    assert.equal(scope.isWell, true);
    part.isWell = false;
    assert.equal(scope.isWell, false);
  });

  it('closes the rest when one fails to close, and then tells all failures', async () => {
    const closed: string[] = [];
    const scope = new Scope();
    scope.use(closing(closed, 'a'));
    scope.use({ [Symbol.asyncDispose]: () => Promise.reject(new Error('rejected')) });
    scope.use(closing(closed, 'b'));
    scope.use({
      [Symbol.dispose]: () => {
        throw new Error('thrown');
      },
    });
    await assert.rejects(scope[Symbol.asyncDispose](), {
      name: 'AggregateError',
      errors: [new Error('thrown'), new Error('rejected')],
    });
    assert.deepEqual(closed, ['b', 'a']);
  });

  it('closes nothing twice', async () => {
    const closed: string[] = [];
    const scope = new Scope();
    scope.use(closing(closed, 'a'));
    await scope[Symbol.asyncDispose]();
    await scope[Symbol.asyncDispose]();
    assert.deepEqual(closed, ['a']);
  });
});
