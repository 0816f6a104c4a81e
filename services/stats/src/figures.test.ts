import { heartbeat } from '@albatross/shared/contracts/heartbeat';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { statsFigures } from './figures.ts';
import { StatsUnderTest } from './testing/stats-under-test.ts';

describe('what stats tells in a heartbeat', () => {
  it('is what it samples now, and what it has done since it began', async () => {
    await using seen = await StatsUnderTest.open();
    seen.beginFake('hello', 1, 17);
    await seen.reconcile();
    seen.isBusUp = false;
    await seen.sweep();
    const content = statsFigures(seen.stats.counts, 3);
    const { lastSweepMs, ...figures } = content.figures;
    assert.ok((lastSweepMs ?? -1) > 0);
    assert.deepEqual(figures, {
      processesSampled: 1,
      samplesPublished: 1,
      samplesUnsent: 1,
      sweeps: 1,
      sweepsSkipped: 3,
      valuesUnread: 0,
    });
    assert.deepEqual(content.digest, { lives: 1, byHand: 0 });
    assert.deepEqual(heartbeat.shape.figures.parse(content.figures), content.figures);
  });
});
