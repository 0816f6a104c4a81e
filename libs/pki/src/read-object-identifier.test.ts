import { decodeDer, der, WireError } from '@albatross/wire';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { objectIdentifier } from './object-identifier.ts';
import { readObjectIdentifier } from './read-object-identifier.ts';

function read(hex: string): string {
  const content = Buffer.from(hex, 'hex');
  return decodeDer(Buffer.concat([Buffer.of(0x06, content.length), content]), readObjectIdentifier);
}

describe('an object identifier', () => {
  it('is read with dots', () => {
    for (const [hex, dotted] of [
      ['550403', '2.5.4.3'],
      ['2b06010401838 52c2a'.replace(' ', ''), '1.3.6.1.4.1.49836.42'],
      ['00', '0.0'],
      ['27', '0.39'],
      ['28', '1.0'],
      ['4f', '1.39'],
      ['50', '2.0'],
      ['8837', '2.999'],
      // 2.25 and a number of 128 bits.
      [`6983${'ff'.repeat(17)}7f`, `2.25.${2n ** 128n - 1n}`],
    ] as const)
      assert.equal(read(hex), dotted);
  });

  it('is refused when it is empty, cut, longer than need be, or without end', () => {
    for (const hex of ['', '80', '5580', '558003', '55048003', `55${'81'.repeat(70)}01`])
      assert.throws(() => read(hex), WireError, hex);
  });

  it('is read as it was written', () => {
    const arc = fc.nat(2 ** 31 - 1);
    const first = fc.oneof(
      fc.tuple(fc.constantFrom(0, 1), fc.nat(39)),
      fc.tuple(fc.constant(2), fc.nat(47)),
    );
    fc.assert(
      fc.property(first, fc.array(arc, { maxLength: 8 }), (start, rest) => {
        const dotted = [...start, ...rest].join('.');
        assert.equal(
          decodeDer(der.concatenate(objectIdentifier(dotted)), readObjectIdentifier),
          dotted,
        );
      }),
    );
  });
});
