import { failureCode } from '@albatross/shared/bus/testing/asserts';
import {
  createUnikernel,
  destroyUnikernel,
  type UnikernelDetails,
} from '@albatross/shared/contracts/unikernel';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import { helloImage } from '../../../examples/hello/src/index.ts';
import type { Administrator } from '../harness/administrator.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';
import { processStat } from '../harness/traces.ts';

const DEADLINE = { timeout: 60_000 };
const MANY = 100;
const image = helloImage('spt');

let system: RunningSystem;
let administrator: Administrator;
before(async () => {
  system = await RunningSystem.start({ tenders: await standInTender() });
}, DEADLINE);
beforeEach(async () => {
  administrator = await system.administrator();
});
after(async () => await system[Symbol.asyncDispose](), DEADLINE);

describe('a hundred unikernels', () => {
  const names = Array.from({ length: MANY }, (_, index) => `many:n${index}`);

  it('are created at once, and destroyed at once without a trace', DEADLINE, async () => {
    const made = await Promise.all(
      names.map(async (name) => await administrator.create(name, image, 'tick=1000')),
    );
    assert.equal(new Set(made.map(({ pid }) => pid)).size, MANY);
    const listed = await administrator.list();
    assert.deepEqual(
      listed.map(({ name, state }) => `${name} ${state}`),
      names.map((name) => `${name} running`).toSorted(),
    );
    const { images, blobs, lives } = system.traces();
    assert.deepEqual([images.length, blobs.length, lives.length], [1, 0, MANY]);

    await Promise.all(names.map(async (name) => await administrator.destroy(name)));
    await system.untilNothingLives();
    const left = system.traces();
    assert.deepEqual([left.images, left.blobs, await administrator.list()], [[], [], []]);
  });
});

describe('a unikernel that is being destroyed', () => {
  it('has ended when that is answered, however long it takes', DEADLINE, async () => {
    const { pid } = await administrator.create('slow', image, 'hang');
    assert.ok(pid !== null);
    // Stopped, it takes no SIGTERM: only the SIGKILL ends it that comes seconds later, so that an
    // answer which did not wait for its end would find it here.
    process.kill(pid, 'SIGSTOP');
    await administrator.destroy('slow');
    assert.equal(processStat(pid), null);
  });
});

describe('the same request', () => {
  it('asked again, creates nothing again and gets the same answer', DEADLINE, async () => {
    const request = await createRequest('again');
    const first = await administrator.bus.request(createUnikernel, request);
    assert.deepEqual(await administrator.bus.request(createUnikernel, request), first);
    await assertOne('again', first);
  });

  it('asked ten times at once, creates one unikernel', DEADLINE, async () => {
    const request = await createRequest('once');
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => administrator.bus.request(createUnikernel, request)),
    );
    const [first] = answers;
    assert.ok(first !== undefined);
    for (const answer of answers) assert.deepEqual(answer, first);
    await assertOne('once', first);
  });

  it('asked for something else is refused', DEADLINE, async () => {
    const request = await createRequest('else');
    const first = await administrator.bus.request(createUnikernel, request);
    const other = await createRequest('other', request.id);
    const destroy = { id: request.id, name: 'else' };
    for (const asking of [
      () => administrator.bus.request(createUnikernel, { ...request, memoryMib: 33 }),
      () => administrator.bus.request(createUnikernel, other),
      () => administrator.bus.request(destroyUnikernel, destroy),
    ])
      assert.equal(await failureCode(asking()), 'ID_REUSED');
    await assertOne('else', first);
  });

  it('is known by the next supervisor', DEADLINE, async () => {
    const create = await createRequest('known');
    const destroy = { id: randomUUID(), name: 'known' };
    const first = await administrator.bus.request(createUnikernel, create);
    await system.kill('supervisor');
    const { name, digest, memoryMib, arguments: words } = first;
    const again = await administrator.bus.request(createUnikernel, create);
    assert.deepEqual([again.name, again.digest, again.memoryMib], [name, digest, memoryMib]);
    assert.deepEqual(again.arguments, words);
    await assertOne('known', first);

    await administrator.bus.request(destroyUnikernel, destroy);
    await system.kill('supervisor');
    assert.deepEqual(await administrator.bus.request(destroyUnikernel, destroy), {});
    const reused = administrator.bus.request(destroyUnikernel, { ...destroy, name: 'other' });
    assert.equal(await failureCode(reused), 'ID_REUSED');
  });

  it('to destroy does so once, however often it is asked', DEADLINE, async () => {
    const request = { id: randomUUID(), name: 'gone' };
    await administrator.create('gone', image, 'hang');
    const ask = async () => await administrator.bus.request(destroyUnikernel, request);
    assert.deepEqual(
      await Promise.all(Array.from({ length: 10 }, ask)),
      Array.from({ length: 10 }, () => ({})),
    );
    assert.deepEqual(await ask(), {});
    // What has the name now was not meant.
    await administrator.create('gone', image, 'hang');
    assert.deepEqual(await ask(), {});
    assert.equal((await administrator.show('gone')).state, 'running');
  });
});

async function createRequest(name: string, id = randomUUID() as string) {
  const blob = await administrator.upload(name, image);
  return { id, name, blob, arguments: ['hang'] };
}

/** The unikernel of that name is still the one that was created first. */
async function assertOne(name: string, first: UnikernelDetails): Promise<void> {
  const { pid, startedAt, state, restarts } = await administrator.show(name);
  assert.deepEqual([pid, startedAt, state, restarts], [first.pid, first.startedAt, 'running', 0]);
  const lives = system.traces().lives.filter((life) => life.startsWith(`:${name}@`));
  assert.equal(lives.length, 1);
}
