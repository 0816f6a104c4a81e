import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { floodAndKill, KILLED_FLOOD } from '../flood/flood-and-kill.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';

const DEADLINE = { timeout: 120_000 };
/** No read returns more than a fifo holds. */
const READ_BYTES_MAX = 64 * 1024;

describe('ten thousand lines a second', () => {
  let system: RunningSystem;
  before(async () => {
    system = await RunningSystem.start({ tenders: await standInTender() });
  }, DEADLINE);
  after(async () => await system[Symbol.asyncDispose](), DEADLINE);

  it('outlive a kill of console, but for what one read had returned', DEADLINE, async (t) => {
    const { gaps, lostBytesMost } = await floodAndKill(system, 'console', t);
    assert.equal(gaps, KILLED_FLOOD.killsAt.length * KILLED_FLOOD.unikernels);
    assert.ok(lostBytesMost <= READ_BYTES_MAX, `${lostBytesMost} bytes`);
  });
});
