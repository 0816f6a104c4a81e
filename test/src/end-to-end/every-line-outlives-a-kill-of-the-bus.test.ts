import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { floodAndKill } from '../flood/flood-and-kill.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';

const DEADLINE = { timeout: 120_000 };

describe('ten thousand lines a second', () => {
  let system: RunningSystem;
  before(async () => {
    system = await RunningSystem.start({ tenders: await standInTender() });
  }, DEADLINE);
  after(async () => await system[Symbol.asyncDispose](), DEADLINE);

  it('outlive a kill of nats-server, every one of them', DEADLINE, async (t) => {
    const { gaps, lostAtGaps } = await floodAndKill(system, 'nats-server', t);
    assert.deepEqual({ gaps, lostAtGaps }, { gaps: 0, lostAtGaps: 0 });
  });
});
