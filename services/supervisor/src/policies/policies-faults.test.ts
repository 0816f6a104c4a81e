import { failureCode } from '@albatross/shared/bus/testing/asserts';
import { Failure } from '@albatross/shared/contracts/failures';
import { share } from '@albatross/shared/domain/testing/policies';
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { draftOf } from '@albatross/shared/runtime/write-file';
import type { PolicyState } from '@albatross/shared/contracts/stored-policies';
import { PolicyFile } from './policy-file.ts';
import { FakePolicyFile, settled } from '../testing/fake-policy-file.ts';
import { PolicyBench } from '../testing/policy-bench.ts';
import { TinyDisk } from '../testing/tiny-disk.ts';

const noSmallDisk = await TinyDisk.whyNot();
const ID = 'request-under-test';

interface Operation {
  readonly title: string;
  /** Limits of foo: and foo:bar: once it is done. */
  readonly after: readonly (number | undefined)[];
  readonly request: (bench: PolicyBench) => Promise<unknown>;
}

const BEFORE = [5, undefined];

const OPERATIONS: readonly Operation[] = [
  {
    title: 'setting a policy',
    after: [5, 2],
    request: async (bench) => await bench.add('foo:bar:', { unikernels: 2 }, { id: ID }),
  },
  {
    title: 'replacing a policy',
    after: [4, undefined],
    request: async (bench) => await bench.add('foo:', { unikernels: 4 }, { id: ID }),
  },
  {
    title: 'removing a policy',
    after: [undefined, undefined],
    request: async (bench) => await bench.remove('foo:', ID),
  },
  {
    title: 'setting two policies',
    after: [4, 3],
    request: async (bench) => {
      const limits = (unikernels: number) => ({ limits: { unikernels }, setAt: bench.now + 1 });
      return await bench.assert({ 'foo:': limits(4), 'foo:bar:': limits(3) }, ID);
    },
  },
];

const PLACES = ['before the write', 'with a draft left', 'after the write'] as const;

/** Does at one write what a test says, and is a real file otherwise. */
class FaultyPolicyFile extends PolicyFile {
  readonly #folder: string;
  fault: (write: () => Promise<void>, leaveDraft: () => Promise<void>) => Promise<void>;

  constructor(folder: string) {
    super(folder);
    this.#folder = folder;
    this.fault = async (write) => await write();
  }

  override async write(state: PolicyState): Promise<void> {
    const draft = async (): Promise<void> =>
      await writeFile(draftOf(join(this.#folder, 'policies')), '{"version":1');
    await this.fault(async () => await super.write(state), draft);
  }
}

async function begin(
  t: TestContext,
): Promise<{ bench: PolicyBench; file: FaultyPolicyFile; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'albatross-policy-faults-'));
  t.after(async () => await rm(folder, { recursive: true }));
  const file = new FaultyPolicyFile(folder);
  const bench = await PolicyBench.start(file);
  await bench.add('foo:', { unikernels: 5 });
  return { bench, file, folder };
}

const standing = (bench: PolicyBench): readonly unknown[] => [
  bench.limit('foo:'),
  bench.limit('foo:bar:'),
];

/** How many of a path are admitted: what really holds. */
function room(bench: PolicyBench, path: string): number {
  const before = bench.unikernels;
  try {
    for (;;) {
      assert.ok(bench.unikernels.length < 100, 'nothing limits it');
      bench.create(share(`${path}u${bench.unikernels.length}`));
    }
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    return bench.unikernels.length - before.length;
  } finally {
    bench.unikernels = before;
  }
}

for (const { title, after, request } of OPERATIONS) {
  describe(title, () => {
    for (const place of PLACES) {
      it(`is done or not done at all when the process is killed ${place}`, async (t) => {
        const { bench, file, folder } = await begin(t);
        const died = new Promise<void>((resolve) => {
          file.fault = async (write, leaveDraft) => {
            if (place === 'with a draft left') await leaveDraft();
            if (place === 'after the write') await write();
            resolve();
            await new Promise(() => undefined);
          };
        });
        void request(bench);
        await died;
        file.fault = async (write) => await write();
        await bench.restart();
        const isDone = place === 'after the write';
        assert.deepEqual(standing(bench), isDone ? after : BEFORE);
        assert.deepEqual(await readdir(folder), ['policies']);

        await request(bench);
        assert.deepEqual(standing(bench), after);
        const told = bench.events.filter(({ requestId }) => requestId === ID).map(({ id }) => id);
        assert.equal(new Set(told).size, told.length, 'something was told twice');
        assert.ok(told.length > 0, 'nothing was told');
      });
    }

    for (const place of ['before the write', 'after the write'] as const) {
      it(`is not done when the disk is full once, ${place}, and can be asked for again`, async (t) => {
        const { bench, file } = await begin(t);
        file.fault = async (write) => {
          file.fault = async (write) => await write();
          if (place === 'after the write') await write();
          throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
        };
        const events = bench.events.length;
        assert.equal(await failureCode(request(bench)), 'DISK_FULL');
        assert.deepEqual(standing(bench), BEFORE);
        assert.equal(room(bench, 'foo:bar:'), 5);
        assert.equal(bench.events.length, events);
        // The process remembers that it failed, and a new one need not.
        assert.equal(await failureCode(request(bench)), 'DISK_FULL');
        await bench.restart();
        assert.deepEqual(standing(bench), BEFORE);
        await request(bench);
        assert.deepEqual(standing(bench), after);
      });
    }
  });
}

describe('a disk that fails after it has replaced the file, and takes nothing back', () => {
  const lower = { unikernels: 1 };

  async function inDoubt(): Promise<{ bench: PolicyBench; file: FakePolicyFile }> {
    const file = new FakePolicyFile();
    const bench = await PolicyBench.start(file);
    const first = bench.add('foo:', { unikernels: 5 });
    await end(file, 'done');
    await first;
    const change = failureCode(bench.add('foo:', lower));
    await end(file, 'failed late');
    await end(file, 'failed');
    assert.equal(await change, 'DISK_FULL');
    return { bench, file };
  }

  it('lets nothing in that either policy would not, for nobody knows which one a restart finds', async () => {
    const { bench } = await inDoubt();
    assert.equal(bench.limit('foo:'), 5);
    assert.equal(room(bench, 'foo:'), 1);
    await bench.restart();
    assert.equal(room(bench, 'foo:'), 1);
  });

  it('is put right by the next change', async () => {
    const { bench, file } = await inDoubt();
    const change = bench.add('bar:', { unikernels: 1 });
    await end(file, 'done');
    await end(file, 'done');
    assert.equal(await change, true);
    assert.equal(room(bench, 'foo:'), 5);
    await bench.restart();
    assert.deepEqual([bench.limit('foo:'), bench.limit('bar:')], [5, 1]);
  });

  it('takes no further change as long as it takes nothing back', async () => {
    const { bench, file } = await inDoubt();
    const change = failureCode(bench.add('foo:', { unikernels: 9 }));
    await end(file, 'failed');
    assert.equal(await change, 'DISK_FULL');
    assert.equal(room(bench, 'foo:'), 1);
    assert.equal(file.writes, 0);
  });
});

async function end(file: FakePolicyFile, how: 'done' | 'failed' | 'failed late'): Promise<void> {
  await settled();
  assert.ok(file.end(how), 'nothing is being written');
}

it(
  'a disk without room refuses a policy, keeps the old one, and nothing is left of the new',
  { skip: noSmallDisk },
  async (t) => {
    const disk = await TinyDisk.mount(t, 256);
    const bench = await PolicyBench.start(new PolicyFile(disk.path));
    await bench.add('foo:', { unikernels: 5 });
    await disk.fill();
    assert.equal(await failureCode(bench.add('foo:', { unikernels: 4 })), 'DISK_FULL');
    assert.equal(room(bench, 'foo:'), 5);
    assert.deepEqual((await readdir(disk.path)).toSorted(), ['ballast', 'policies']);
    await bench.restart();
    assert.equal(bench.limit('foo:'), 5);
    await disk.resize(512);
    assert.equal(await bench.add('foo:', { unikernels: 4 }), true);
  },
);
