import { Failure } from '@albatross/shared/contracts/failures';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { collectTap, readPid, readRefreshes } from './stats-arguments.ts';

function refused(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof Failure && error.code === 'USAGE_INVALID', String(error));
    return error.message;
  }
  return assert.fail('it was taken');
}

describe('a process', () => {
  it('is a number', () => {
    assert.deepEqual(['1', '42', '4194304'].map(readPid), [1, 42, 4_194_304]);
  });

  it('is refused when it can be none', () => {
    for (const text of ['', '0', '-1', '1.5', '0x10', ' 1', '4194305', '99999999999', 'init'])
      assert.ok(refused(() => readPid(text)).endsWith(`${JSON.stringify(text)} is not one`));
  });
});

describe('a tap', () => {
  it('stands behind the name of its net', () => {
    const [one] = collectTap('service:tap0');
    assert.deepEqual(one, { name: 'service', tap: 'tap0' });
    assert.deepEqual(collectTap('a:tap1', collectTap('service:tap0')), [
      one,
      { name: 'a', tap: 'tap1' },
    ]);
  });

  it('is refused when it is not of that form, or named twice', () => {
    for (const text of ['', 'tap0', ':tap0', 'service:', 'a:b:c', 'a:../tap', 'a:0123456789abcdef'])
      assert.match(
        refused(() => collectTap(text)),
        /^--bridge is BRIDGE:TAP, /,
      );
    assert.equal(
      refused(() => collectTap('a:tap1', [{ name: 'a', tap: 'tap0' }])),
      '--bridge names "a" twice',
    );
  });
});

it('refreshes are counted from 1', () => {
  assert.equal(readRefreshes('12'), 12);
  for (const text of ['', '0', '-1', 'x', '1.5']) refused(() => readRefreshes(text));
});
