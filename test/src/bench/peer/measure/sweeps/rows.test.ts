import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Ground } from '../../../group.ts';
import type { Absence, Row } from '../../../row.ts';
import { addRows, rowsOf } from './rows.ts';

describe('the rows of sweeps of the original', () => {
  it('have all sweeps beside the same files read in C, and the mean of their CPU in an hour', () => {
    const { rows, absent } = told([
      { wallMs: 30, cpuMs: 20 },
      { wallMs: 20, cpuMs: 10 },
      { wallMs: 40, cpuMs: 60 },
    ]);
    assert.deepEqual(absent, []);
    assert.deepEqual(
      rows.map(({ key, figure, limit }) => [key, figure.median, limit?.figure.median]),
      [
        ['sweeps/sweep-100', 30, 2],
        ['sweeps/sweep-cpu-100', 20, 1],
        ['sweeps/cpu-per-hour-100', 30 * 360, 360],
      ],
    );
  });

  it('have no sweep when a part of it is done before its first sample', () => {
    const { rows, absent } = told([{ wallMs: 9, cpuMs: 20 }]);
    assert.deepEqual(
      rows.map(({ key }) => key),
      ['sweeps/sweep-cpu-100', 'sweeps/cpu-per-hour-100'],
    );
    const { key, what } = rowsOf(100).sweep;
    const why = 'it does a part of a sweep before it sends the first sample';
    assert.deepEqual(absent, [{ key, what, why, who: 'original' }]);
  });
});

function told(sweeps: readonly { readonly wallMs: number; readonly cpuMs: number }[]): {
  readonly rows: readonly Row[];
  readonly absent: readonly Absence[];
} {
  const rows: Row[] = [];
  const absent: Absence[] = [];
  const ground: Ground = {
    isQuick: false,
    peer: null,
    stop: new AbortController().signal,
    row: (row) => rows.push(row),
    absent: (absence) => absent.push(absence),
    series: () => undefined,
    say: () => undefined,
  };
  addRows(ground, 100, { sweeps: [...sweeps], bare: [{ wallMs: 2, cpuMs: 1 }] });
  return { rows, absent };
}
