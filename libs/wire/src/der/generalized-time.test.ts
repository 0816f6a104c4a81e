import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertRefused } from '../testing/asserts.ts';
import { hex } from '../testing/hex.ts';
import { generalizedTimeText, parseGeneralizedTime } from './generalized-time.ts';
import { decodeDer } from './reader.ts';
import * as der from './writer.ts';

const at = (text: string): number => Date.parse(text);

describe('a GeneralizedTime', () => {
  it('is written in UTC, with milliseconds only where there are some', () => {
    for (const [text, time] of [
      ['19700101000000Z', '1970-01-01T00:00:00Z'],
      ['20240229123456Z', '2024-02-29T12:34:56Z'],
      ['20240229123456.789Z', '2024-02-29T12:34:56.789Z'],
      ['20240229123456.007Z', '2024-02-29T12:34:56.007Z'],
      ['00000101000000Z', '0000-01-01T00:00:00Z'],
      ['99991231235959.999Z', '9999-12-31T23:59:59.999Z'],
    ] as const) {
      assert.equal(generalizedTimeText(at(time)), text);
      assert.equal(parseGeneralizedTime(text), at(time));
    }
  });

  it('is read with less than that, too', () => {
    for (const [text, time] of [
      ['2024022912Z', '2024-02-29T12:00:00Z'],
      ['202402291234Z', '2024-02-29T12:34:00Z'],
      ['20240229123456', '2024-02-29T12:34:56Z'],
      ['20240229123456+0130', '2024-02-29T11:04:56Z'],
      ['20240229123456.5-0130', '2024-02-29T14:04:56.005Z'],
      ['20240229123456.000Z', '2024-02-29T12:34:56Z'],
      ['20161231235960Z', '2017-01-01T00:00:00Z'],
    ] as const)
      assert.equal(parseGeneralizedTime(text), at(time), text);
  });

  it('has milliseconds that are a number, not a fraction', () => {
    assert.equal(parseGeneralizedTime('19700101000000.7Z'), 7);
    assert.equal(parseGeneralizedTime('19700101000000.70Z'), 70);
  });

  it('that no calendar has is none', () => {
    for (const text of [
      '',
      '20240229',
      '20230229123456Z',
      '20240029123456Z',
      '20241329123456Z',
      '20240200123456Z',
      '20240229243456Z',
      '20240229126056Z',
      '20240229123461Z',
      '20240229123456.Z',
      '20240229123456.1234Z',
      '20240229123456,5Z',
      '20240229123456z',
      '20240229123456+25',
      '20240229123456+2400',
      '20240229123456+0060',
      '20240229123456Z ',
      '20240229 123456Z',
      '-2024229123456Z',
      '99991231235959-0001',
      '00000101000000+0001',
    ])
      assert.equal(parseGeneralizedTime(text), null, text);
  });

  it('of more than four digits’ years, or between two milliseconds, is not written', () => {
    for (const time of [
      at('9999-12-31T23:59:59.999Z') + 1,
      at('0000-01-01T00:00:00Z') - 1,
      0.5,
      NaN,
    ])
      assert.throws(() => generalizedTimeText(time), RangeError);
  });

  it('stands in DER under its own tag', () => {
    const read = (text: string): number =>
      decodeDer(hex(text), (reader) => reader.generalizedTime());
    const bytes = '180f 32303234303232393132333435365a';
    assert.equal(read(bytes), at('2024-02-29T12:34:56Z'));
    assert.deepEqual(der.concatenate(der.generalizedTime(at('2024-02-29T12:34:56Z'))), hex(bytes));
    const refusal = 'at byte 0: expected time of the form YYYYMMDDHHMMSS.mmmZ, found another';
    assertRefused(() => read('1800'), refusal);
    assertRefused(() => read(`1818 ${'30'.repeat(24)}`), refusal);
    assertRefused(
      () => read('170d 3234303232393132333435365a'),
      'at byte 0: expected GeneralizedTime, found the tag 0x17',
    );
  });

  it('that is written is read as it was', () => {
    const times = { min: at('0000-01-01T00:00:00Z'), max: at('9999-12-31T23:59:59.999Z') };
    fc.assert(
      fc.property(fc.integer(times), (time) => {
        assert.equal(parseGeneralizedTime(generalizedTimeText(time)), time);
      }),
    );
  });
});
