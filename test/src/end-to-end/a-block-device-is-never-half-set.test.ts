import { bytesSource } from '@albatross/shared/bus/blob-source';
import { upload } from '@albatross/shared/bus/blobs';
import { eventually } from '@albatross/shared/bus/testing/asserts';
import { createBlock, listBlocks, setBlock } from '@albatross/shared/contracts/block';
import { Failure } from '@albatross/shared/contracts/failures';
import { parseUnikernelName, ROOT } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';

const DEADLINE = { timeout: 60_000 };
const MIB = 1024 * 1024;
const SIZE_MIB = 16;
const ANSWER_DEADLINE_MS = 2_000;

/** When the supervisor is killed, as the size of the new file tells; null: there is none, or none any more. */
const moments: readonly { readonly when: string; readonly isIt: (sizes: Sizes) => boolean }[] = [
  { when: 'has just begun', isIt: ({ now }) => now !== null },
  { when: 'is half done', isIt: ({ now }) => (now ?? 0) >= (SIZE_MIB * MIB) / 2 },
  {
    when: 'has just been put in place',
    isIt: ({ before, now }) => before !== null && now === null,
  },
];

interface Sizes {
  readonly before: number | null;
  readonly now: number | null;
}

describe('a block device whose supervisor is killed while it is being set', () => {
  let system: RunningSystem;
  let content = randomBytes(SIZE_MIB * MIB);
  before(async () => {
    system = await RunningSystem.start({ tenders: await standInTender() });
    const { bus } = await system.administrator();
    await bus.request(createBlock, { id: randomUUID(), name: 'data', sizeMib: SIZE_MIB });
    assert.equal(await set('data', content, 30_000), null);
  }, DEADLINE);
  after(async () => await system[Symbol.asyncDispose](), DEADLINE);

  for (const { when, isIt } of moments) {
    it(`has the old content or the new one, when the change ${when}`, DEADLINE, async (t) => {
      const next = randomBytes(SIZE_MIB * MIB);
      const answer = set('data', next);
      await untilDraft(isIt);
      await system.kill('supervisor');
      const code = await answer;
      const found = await readFile(join(system.folders.state, 'block', ':data'));
      const isNew = digest(found) === digest(next);
      assert.ok(isNew || digest(found) === digest(content), 'it is neither');
      if (code === null) assert.ok(isNew, 'it was told to be set, and is not');
      t.diagnostic(`it has the ${isNew ? 'new' : 'old'} content; answered ${code ?? 'done'}`);
      content = found;
      const files = readdirSync(join(system.folders.state, 'block'));
      assert.deepEqual(
        files.filter((file) => file.startsWith('.new_')),
        [],
      );
      const { bus } = await system.administrator();
      const { blocks } = await bus.request(listBlocks, { name: ROOT });
      assert.deepEqual(blocks, [{ name: 'data', sizeMib: SIZE_MIB, usedBy: null, fault: null }]);
    });
  }

  /** Resolves with the code of the failure, or null. */
  async function set(
    name: string,
    bytes: Uint8Array,
    deadlineMs = ANSWER_DEADLINE_MS,
  ): Promise<string | null> {
    const { bus } = await system.administrator();
    const source = bytesSource(bytes);
    const blob = await upload(bus, parseUnikernelName(name), source, { purpose: 'block' });
    try {
      const request = { id: randomUUID(), name, blob, compressed: false };
      // Who takes it is killed, and nobody else answers it.
      await bus.request(setBlock, request, { deadlineMs });
      return null;
    } catch (error) {
      if (error instanceof Failure) return error.code;
      throw error;
    }
  }

  async function untilDraft(isIt: (sizes: Sizes) => boolean): Promise<void> {
    let before: number | null = null;
    await eventually('the change is so far', () => {
      const end = performance.now() + 20;
      // It takes a few milliseconds only.
      while (performance.now() < end) {
        const now = draftBytes();
        if (isIt({ before, now })) return true;
        before = now;
      }
      return false;
    });
  }

  function draftBytes(): number | null {
    const blocks = join(system.folders.state, 'block');
    const draft = readdirSync(blocks).find((file) => file.startsWith('.new_'));
    if (draft === undefined) return null;
    return statSync(join(blocks, draft), { throwIfNoEntry: false })?.size ?? null;
  }
});

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
