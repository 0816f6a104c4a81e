import type { Sample } from '@albatross/shared/contracts/stats';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hostOf, netOf, sampleOf } from './testing/toy-stats.ts';
import {
  CPU_SHARES_MAX,
  isStale,
  NOTHING_KNOWN,
  takeAnswer,
  takeFailure,
  takeSamples,
  whyNoData,
  type TopRow,
  type TopState,
} from './top-model.ts';

const START = 1_000_000;
const INTERVAL = 10_000;

function answered(state: TopState, at: number, ...samples: readonly Sample[]): TopState {
  return takeAnswer(state, { samples, intervalMs: INTERVAL, host: hostOf(':', at), askedAt: at });
}

function rowOf(state: TopState, name = 'a'): TopRow {
  return [...state.rows.values()].find(({ sample }) => sample.name === name) ?? assert.fail(name);
}

const namesIn = (state: TopState): readonly string[] => [...state.rows.keys()];

/** Two samples of the same process, an interval apart. */
function twice(first: Partial<Sample>, second: Partial<Sample>): TopRow {
  const startedAt = 5;
  const before = answered(NOTHING_KNOWN, START, sampleOf('a', START, { startedAt, ...first }));
  const at = START + INTERVAL;
  return rowOf(takeSamples(before, [sampleOf('a', at, { startedAt, ...second })]));
}

describe('rates', () => {
  it('are not known from one sample', () => {
    const row = rowOf(answered(NOTHING_KNOWN, START, sampleOf('a', START)));
    assert.deepEqual(row.rates, { toGuest: null, fromGuest: null, read: null, written: null });
  });

  it('are what counters grew by in a second, summed over networks', () => {
    const row = twice(
      {
        nets: [netOf('x', 0, 100), netOf('y', 7, 0)],
        process: { ...sampleOf('a', 1).process, readBytes: 0, writtenBytes: 500 },
      },
      {
        nets: [netOf('x', 1000, 100), netOf('y', 1007, 50)],
        process: { ...sampleOf('a', 1).process, readBytes: 20, writtenBytes: 1500 },
      },
    );
    assert.deepEqual(row.rates, { toGuest: 200, fromGuest: 5, read: 2, written: 100 });
  });

  it('leave out taps that came, went, or began anew', () => {
    const nets = [netOf('gone', 5, 5), netOf('x', 0, 0), netOf('anew', 900, 900)];
    const row = twice(
      { nets },
      { nets: [netOf('x', 10, 20), netOf('anew', 3, 3), netOf('new', 9, 9)] },
    );
    assert.deepEqual([row.rates.toGuest, row.rates.fromGuest], [1, 2]);
    const other = twice({ nets: [netOf('gone', 5, 5)] }, { nets: [netOf('new', 9, 9)] });
    assert.deepEqual([other.rates.toGuest, other.rates.fromGuest], [null, null]);
  });

  it('are not known of disks that nobody may look at', () => {
    const process = { ...sampleOf('a', 1).process, readBytes: null };
    assert.equal(twice({ process }, {}).rates.read, null);
    assert.equal(twice({}, { process }).rates.read, null);
  });

  it('begin anew with another process of the same name', () => {
    const nets = [netOf('x', 0, 0)];
    for (const other of [{ pid: 43 }, { startedAt: 6 }])
      assert.equal(twice({ nets }, { nets, ...other }).rates.toGuest, null);
    assert.equal(twice({ nets }, { nets }).rates.toGuest, 0);
  });
});

describe('the history', () => {
  const samplesAt = (...ats: readonly number[]): TopState =>
    ats.reduce(
      (state, at) => takeSamples(state, [sampleOf('a', START + at * INTERVAL, { startedAt: 5 })]),
      answered(NOTHING_KNOWN, START, sampleOf('a', START, { startedAt: 5 })),
    );

  it('has a share for every sample, the newest last, and nothing for one that is missing', () => {
    assert.deepEqual(rowOf(samplesAt(1, 2.2, 5)).cpuShares, [
      0.125,
      0.125,
      0.125,
      null,
      null,
      0.125,
    ]);
  });

  it('has nothing twice and nothing that came late', () => {
    assert.deepEqual(rowOf(samplesAt(1, 1, 0.5, 0)).cpuShares, [0.125, 0.125]);
  });

  it('is bounded', () => {
    const ats = Array.from({ length: CPU_SHARES_MAX + 5 }, (_, index) => index + 1);
    assert.equal(rowOf(samplesAt(...ats)).cpuShares.length, CPU_SHARES_MAX);
    assert.equal(rowOf(samplesAt(1e9)).cpuShares.length, CPU_SHARES_MAX);
  });

  it('goes on when the same name is started again', () => {
    const state = takeSamples(samplesAt(1), [sampleOf('a', START + 2 * INTERVAL, { pid: 43 })]);
    assert.equal(rowOf(state).cpuShares.length, 3);
  });
});

describe('an answer', () => {
  it('tells who is there no more, but knows nothing of those who came after the question', () => {
    const before = answered(NOTHING_KNOWN, START, sampleOf('a', START), sampleOf('b', START));
    const later = START + INTERVAL;
    const came = takeSamples(before, [sampleOf('new', later + 1)]);
    assert.deepEqual(namesIn(answered(came, later, sampleOf('b', later))), ['b', 'new']);
  });

  it('may be older than what came by itself', () => {
    const newest = takeSamples(NOTHING_KNOWN, [sampleOf('a', START + 500)]);
    const state = answered(newest, START, sampleOf('a', START));
    assert.equal(rowOf(state).sample.at, START + 500);
  });
});

describe('that there is no data', () => {
  const known = answered(NOTHING_KNOWN, START, sampleOf('a', START), sampleOf('b', START));

  it('is not said as long as there is', () => {
    assert.equal(whyNoData(known, START + 2 * INTERVAL), null);
    assert.equal(isStale(rowOf(known), known, START + 2 * INTERVAL), false);
    assert.equal(whyNoData(NOTHING_KNOWN, START), null);
  });

  it('is said with when there was some last, and why', () => {
    const failed = takeFailure(known, 'stats is not running');
    assert.deepEqual(whyNoData(failed, START), { since: START, why: 'stats is not running' });
    assert.deepEqual(whyNoData(known, START + 3 * INTERVAL), {
      since: START,
      why: 'nothing was sampled',
    });
  });

  it('is over with the next sample or answer', () => {
    const failed = takeFailure(known, 'stats is not running');
    assert.equal(whyNoData(takeSamples(failed, [sampleOf('a', START + 1)]), START + 1), null);
    assert.equal(whyNoData(answered(failed, START + 1), START + 1), null);
    assert.equal(takeSamples(failed, []).failure, 'stats is not running');
  });

  it('holds for a single one that is not sampled any more', () => {
    const later = START + 3 * INTERVAL;
    const state = answered(known, later, sampleOf('a', later), sampleOf('b', START));
    assert.equal(whyNoData(state, later), null);
    assert.deepEqual(
      ['a', 'b'].map((name) => isStale(rowOf(state, name), state, later)),
      [false, true],
    );
  });
});
