import { StartError } from '@albatross/shared/runtime/run';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { BOOT_ID, FakeKernel } from '../testing/fake-kernel.ts';
import { readKernel } from './kernel.ts';

const getconf = (name: string): number => Number(execFileSync('getconf', [name]).toString());

describe('the kernel', () => {
  it('tells its units as getconf does', () => {
    const { pageBytes, ticksPerSecond, bootId } = readKernel();
    assert.equal(pageBytes, getconf('PAGESIZE'));
    assert.equal(ticksPerSecond, getconf('CLK_TCK'));
    assert.match(bootId, /^[0-9a-f-]{36}$/);
  });

  it('is found where it is looked for', async () => {
    await using fake = await FakeKernel.make();
    const { pageBytes, ticksPerSecond, bootId } = fake.kernel;
    assert.deepEqual([pageBytes, ticksPerSecond, bootId], [4096, 100, BOOT_ID]);
  });

  it('cannot be missed', async () => {
    assert.throws(() => readKernel('/nowhere'), StartError);
    await using fake = await FakeKernel.make();
    fake.write('proc/self/auxv', new Uint8Array(16));
    assert.throws(() => fake.kernel, /tells neither the size of a page/);
  });
});
