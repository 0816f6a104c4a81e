import { eventually } from '@albatross/shared/bus/testing/asserts';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { helloImage } from '../../../examples/hello/src/index.ts';
import {
  NEEDED_CAPABILITIES,
  permittedCapabilities,
} from '../../../services/supervisor/src/host/capabilities.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';
import { usersOf } from '../harness/traces.ts';

const DEADLINE = { timeout: 60_000 };
/**
 * CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID, SETUID, NET_ADMIN and SYS_RESOURCE, by their numbers in
 * linux/capability.h.
 */
const NEEDED = [0, 1, 3, 5, 6, 7, 12, 24].reduce((set, bit) => set | (1n << BigInt(bit)), 0n);

const isRoot = process.getuid?.() === 0;

describe('the supervisor of a system that root started', () => {
  let system: RunningSystem;
  before(async () => {
    if (isRoot) system = await RunningSystem.start({ tenders: await standInTender() });
  }, DEADLINE);
  after(async () => {
    if (isRoot) await system[Symbol.asyncDispose]();
  }, DEADLINE);

  it('says itself that it needs those', () => {
    const named = permittedCapabilities(`CapPrm:\t${NEEDED.toString(16)}`);
    assert.deepEqual(named, NEEDED_CAPABILITIES);
  });

  it('has eight capabilities, can have no other, and hands none on', DEADLINE, async (t) => {
    if (!isRoot) return t.skip('an ordinary user has none to give up');
    await assertBounded();
    const administrator = await system.administrator();
    const { pid } = await administrator.create('hello', helloImage('spt'), 'hang');
    assert.ok(pid !== null);
    // A create is answered when it is about to be executed.
    await eventually(
      'it is the tender',
      () => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'solo5-spt\n',
    );
    assert.notEqual(usersOf(pid)[0], 0);
    for (const name of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'])
      assert.equal(capabilities(pid, name), 0n, name);
    // It may end what is not its own user's.
    await administrator.destroy('hello');
    await system.untilNothingLives();
  });

  it('has no more after it was killed and started again', DEADLINE, async (t) => {
    if (!isRoot) return t.skip('an ordinary user has none to give up');
    await system.kill('supervisor');
    await assertBounded();
  });

  async function assertBounded(): Promise<void> {
    const pid = system.pidOf('supervisor');
    for (const name of ['CapPrm', 'CapEff', 'CapBnd'])
      assert.equal(capabilities(pid, name), NEEDED & capabilities(process.pid, 'CapBnd'), name);
    for (const name of ['CapInh', 'CapAmb']) assert.equal(capabilities(pid, name), 0n, name);
  }
});

function capabilities(pid: number, set: string): bigint {
  const digits = new RegExp(`^${set}:\\s*([0-9a-f]+)$`, 'm').exec(
    readFileSync(`/proc/${pid}/status`, 'utf8'),
  )?.[1];
  assert.ok(digits !== undefined);
  return BigInt(`0x${digits}`);
}
