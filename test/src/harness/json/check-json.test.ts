import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkJson, checkJsonFailure } from './check-json.ts';

describe('what a command prints with --json', () => {
  const block = { name: 'foo:data', sizeMib: 16, usedBy: null, fault: null };

  it('is right when it has the shape that is written down, and is returned', () => {
    assert.deepEqual(checkJson('block', `${JSON.stringify([block])}\n`), [[block]]);
    assert.deepEqual(checkJson('destroy_block', '{"name":"foo:data"}\n'), [{ name: 'foo:data' }]);
  });

  it('is right when it is nothing, as what goes to standard output is no JSON', () => {
    assert.deepEqual(checkJson('get', ''), []);
  });

  it('is wrong with a field too many, one too few, or one of another kind', () => {
    const { fault: _, ...less } = block;
    for (const wrong of [{ ...block, more: 1 }, less, { ...block, sizeMib: '16' }, block])
      assert.throws(() => checkJson('block', JSON.stringify(wrong === block ? block : [wrong])), {
        message: /which is in no shape/,
      });
  });

  it('is wrong when it is no JSON, or more than once what comes once', () => {
    assert.throws(() => checkJson('block', 'no block devices'), { message: /no JSON/ });
    assert.throws(() => checkJson('stop', '{"name":"foo"}'), { message: /in no shape/ });
    const twice = `${JSON.stringify({ name: 'foo' })}\n`.repeat(2);
    assert.throws(() => checkJson('destroy', twice), { message: /behind another like it/ });
  });

  it('is not known of a command that nobody wrote down', () => {
    assert.throws(() => checkJson('nonsense', ''), { message: /nonsense/ });
  });
});

it('a failure for programs is the last line of stderr', () => {
  const failure = { code: 'USAGE_INVALID', message: 'no', details: {} };
  const { code } = checkJsonFailure(`a note\n${JSON.stringify(failure)}\n`);
  assert.equal(code, 'USAGE_INVALID');
  assert.throws(() => checkJsonFailure('no [USAGE_INVALID]\n'));
});
