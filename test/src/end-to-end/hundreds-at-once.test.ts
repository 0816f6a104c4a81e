import { UNIKERNELS_PER_PAGE_MAX } from '@albatross/shared/contracts/unikernel-list';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { helloImage } from '../../../examples/hello/src/index.ts';
import type { Administrator } from '../harness/administrator.ts';
import { createMany, destroyMany, manyNames } from '../harness/many.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';

const DEADLINE = { timeout: 90_000 };
const names = manyNames(600);

/** Each begins where the one before it ended. */
describe(`${names.length} unikernels at once`, () => {
  let system: RunningSystem;
  let administrator: Administrator;
  before(async () => {
    system = await RunningSystem.start({ tenders: await standInTender() });
    administrator = await system.administrator();
  }, DEADLINE);
  after(async () => await system[Symbol.asyncDispose](), DEADLINE);

  it('are created', DEADLINE, async (t) => {
    const startedAt = performance.now();
    await createMany(administrator, names, helloImage('spt'));
    t.diagnostic(`created in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
    const { images, blobs, lives, processes } = system.traces();
    assert.deepEqual([images.length, blobs.length], [1, 0]);
    assert.equal(lives.length, names.length);
    assert.equal(processes.length, 2 * names.length, 'a keeper and a tender for each');
  });

  it('are all listed, page by page', DEADLINE, async () => {
    assert.ok(names.length > 2 * UNIKERNELS_PER_PAGE_MAX);
    const listed = await administrator.list();
    assert.deepEqual(
      listed.map(({ name, state }) => `${name} ${state}`),
      names.map((name) => `${name} running`),
    );
    assert.equal(new Set(listed.map(({ pid }) => pid)).size, names.length);
    const { status, stdout, stderr } = await system.albatross('info', '--name', 'many:');
    assert.deepEqual([status, stderr], [0, '']);
    assert.equal(stdout.trimEnd().split('\n').length, 1 + names.length, 'a heading and a row each');
  });

  it('are destroyed, and nothing is left', DEADLINE, async (t) => {
    const startedAt = performance.now();
    await destroyMany(administrator, names);
    t.diagnostic(`destroyed in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
    await system.untilNothingLives();
    const { unikernels, images, blobs } = system.traces();
    assert.deepEqual([images, blobs, await administrator.list()], [[], [], []]);
    t.diagnostic(`${unikernels.length} records of answered requests are kept`);
  });
});
