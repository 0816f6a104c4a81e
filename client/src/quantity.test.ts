import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytesText, cpuText, durationText } from './quantity.ts';

const KIB = 1024;

describe('bytes', () => {
  it('have the unit in which they are few', () => {
    for (const [bytes, text] of [
      [0, '0 B'],
      [1023, '1023 B'],
      [KIB, '1.0 KiB'],
      [1.5 * KIB, '1.5 KiB'],
      [9.94 * KIB, '9.9 KiB'],
      [9.96 * KIB, '10 KiB'],
      [1023.4 * KIB, '1023 KiB'],
      [1023.6 * KIB, '1.0 MiB'],
      [3 * KIB ** 3, '3.0 GiB'],
      [Number.MAX_SAFE_INTEGER, '8.0 PiB'],
      [null, '-'],
    ] as const)
      assert.equal(bytesText(bytes), text);
  });

  it('have at most eight characters', () => {
    for (let bytes = 1; bytes < 2 ** 70; bytes *= 1.37)
      assert.ok(bytesText(bytes).length <= 8, bytesText(bytes));
  });
});

it('a share of CPUs is told in percent of one', () => {
  for (const [share, text] of [
    [0, '0.0%'],
    [0.004, '0.4%'],
    [0.9994, '99.9%'],
    [0.9996, '100%'],
    [12.34, '1234%'],
    [null, '-'],
  ] as const)
    assert.equal(cpuText(share), text);
});

it('a duration is told in its two largest units', () => {
  for (const [seconds, text] of [
    [-5, '0s'],
    [59.9, '59s'],
    [60, '1m00s'],
    [3599, '59m59s'],
    [3 * 3600 + 240, '3h04m'],
    [12 * 86_400 + 3 * 3600, '12d03h'],
    [20_000 * 86_400, '20000d'],
  ] as const)
    assert.equal(durationText(seconds * 1000), text);
});
