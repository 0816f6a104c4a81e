import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { generalNames } from './host-names.ts';
import { assertRefused } from './testing/asserts.ts';

const hex = (host: string): string => Buffer.from(generalNames([host])).toString('hex');

describe('the hosts in a certificate', () => {
  it('are names', () => {
    assert.equal(hex('a.b'), '30058203612e62');
    assert.equal(hex('*.b'), '300582032a2e62');
  });

  it('are addresses of either kind', () => {
    assert.equal(hex('192.0.2.7'), '30068704c0000207');
    const ipv6 = (bytes: string): string => `30128710${bytes}`;
    assert.equal(hex('::1'), ipv6('00000000000000000000000000000001'));
    assert.equal(hex('::'), ipv6('00000000000000000000000000000000'));
    assert.equal(hex('2001:db8::7:8'), ipv6('20010db8000000000000000000070008'));
    assert.equal(hex('1:2:3:4:5:6:7:8'), ipv6('00010002000300040005000600070008'));
    assert.equal(hex('::ffff:192.0.2.7'), ipv6('00000000000000000000ffffc0000207'));
  });

  it('are nothing else', async () => {
    const wrong = [
      '',
      'a b',
      '-a',
      'a-',
      'a..b',
      'a\n',
      'é',
      '*a',
      `${'a'.repeat(64)}.b`,
      '1::2.3',
    ];
    for (const host of wrong)
      await assertRefused(() => generalNames([host]), 'NAME_INVALID', /^a host has a name as in/);
  });
});
