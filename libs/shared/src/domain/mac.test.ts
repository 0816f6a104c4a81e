import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultMac, MacError, parseMac } from './mac.ts';
import { parseUnikernelName } from './name.ts';
import { unikernelName } from './testing/arbitrary-name.ts';

describe('parseMac', () => {
  it('reads either case and either separator, and answers with colons in lower case', () => {
    for (const text of ['02:AB:cd:00:FF:9e', '02-AB-cd-00-FF-9e'])
      assert.equal(parseMac(text), '02:ab:cd:00:ff:9e');
  });

  for (const text of [
    '',
    '02',
    '02:ab:cd:00:ff',
    '02:ab:cd:00:ff:9e:01',
    '02:ab:cd:00:ff:9',
    '02:ab:cd:00:ff:9e ',
    '02:ab:cd:00:ff:9e\n',
    '02:ab:cd:00:ff:0x',
    '02:ab:cd-00-ff-9e',
    '02ab.cd00.ff9e',
    '02abcd00ff9e',
    '+2:ab:cd:00:ff:9e',
    '٠٢:ab:cd:00:ff:9e',
  ])
    it(`refuses ${JSON.stringify(text)} and shows what would be right`, () => {
      assert.throws(() => parseMac(text), isMacError(/is no MAC address.*"00:80:41:cd:8a:eb"/));
    });

  it('refuses what no one device can have', () => {
    assert.throws(() => parseMac('00:00:00:00:00:00'), isMacError(/all zero/));
    for (const group of ['01:00:5e:00:00:01', '33:33:00:00:00:01', 'ff:ff:ff:ff:ff:ff'])
      assert.throws(() => parseMac(group), isMacError(/group of devices.*even/));
  });

  it('does not repeat a text of any length', () => {
    assert.throws(
      () => parseMac('a'.repeat(100_000)),
      (error) => error instanceof MacError && error.message.length < 300,
    );
  });

  it('reads what it wrote, and never throws anything else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-fA-F:-]{0,20}$/)), (text) => {
        try {
          assert.equal(parseMac(parseMac(text)), parseMac(text));
        } catch (error) {
          assert.ok(error instanceof MacError);
        }
      }),
    );
  });
});

describe('defaultMac', () => {
  for (const [device, name, mac] of [
    ['service', ':hello', '00:80:41:cd:8a:eb'],
    ['default', 'foo:bar', '00:80:41:9a:6f:39'],
    ['service', 'alice:web', '00:80:41:03:9d:1a'],
  ] as const)
    it(`is the original's for ${device} of ${name}`, () => {
      assert.equal(defaultMac(device, parseUnikernelName(name)), mac);
    });

  it('is one that parseMac takes as it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9]{1,67}$/), unikernelName, (device, name) => {
        const mac = defaultMac(device, name);
        assert.equal(parseMac(mac), mac);
      }),
    );
  });
});

function isMacError(message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof MacError && message.test(error.message);
}
