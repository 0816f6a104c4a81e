import { createBlock, removeBlock, setBlock } from '@albatross/shared/contracts/block';
import { addPolicy, removePolicy } from '@albatross/shared/contracts/policy';
import {
  createUnikernel,
  destroyUnikernel,
  restartUnikernel,
} from '@albatross/shared/contracts/unikernel';
import {
  concatenate,
  decodeMessage,
  readChunks,
  type Frame,
  type WireMessage,
} from '@albatross/wire';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { carriedOut } from './testing/orders.ts';
import { recordedFrames, recordedIn, recordedMessages } from './testing/recorded-streams.ts';
import { RUNNING } from './testing/recorded-system.ts';
import { ToyBlobs, ToyRequests } from './testing/toy-requests.ts';

/** A supervisor to which everything is right. */
function willing(change: boolean): { readonly requests: ToyRequests; readonly blobs: ToyBlobs } {
  const requests = new ToyRequests();
  const blobs = new ToyBlobs(requests);
  requests
    .answer(createUnikernel, ({ name, blob }) => {
      blobs.take(blob);
      return { ...RUNNING, name };
    })
    .answer(restartUnikernel, ({ name }) => ({ ...RUNNING, name }))
    .answer(destroyUnikernel, () => ({}))
    .answer(createBlock, () => ({}))
    .answer(removeBlock, () => ({}))
    .answer(setBlock, ({ blob }) => {
      blobs.take(blob);
      return {};
    })
    .answer(addPolicy, () => ({ changed: change }))
    .answer(removePolicy, () => ({}));
  return { requests, blobs };
}

const SERVED =
  /^(unikernel-(create|force-create|restart|destroy)|policy-(add|remove)|block-(add|remove|set))$/;

/** Every command that the original said yes to, and what stood behind it. */
async function recordedYes(): Promise<
  readonly { file: string; asked: WireMessage; behind: readonly Frame[]; said: WireMessage }[]
> {
  const files = recordedIn('local');
  const found = [];
  for (const file of files.filter((name) => name.endsWith('.request'))) {
    const answer = file.replace(/request$/, 'reply');
    if (!files.includes(answer)) continue;
    const replies = await recordedMessages(answer);
    const frames = [...(await recordedFrames(file))];
    for (const said of replies) {
      const [frame] = frames.splice(0, 1);
      if (frame?.kind !== 'content') break;
      const asked = decodeMessage(frame.bytes);
      const behind = frames.splice(0, followsBehind(asked) ? frames.length : 0);
      if (asked.payload.kind !== 'command' || !SERVED.test(asked.payload.command.kind)) break;
      if (said.payload.kind === 'reply') found.push({ file, asked, behind, said });
    }
  }
  return found;
}

function followsBehind({ payload }: WireMessage): boolean {
  return payload.kind === 'command' && payload.command.kind === 'block-set';
}

describe('what the original said yes to', () => {
  it('is done, and said yes to in the same words', async () => {
    const all = await recordedYes();
    const kinds = new Map<string, number>();
    for (const { file, asked, behind, said } of all) {
      const { payload } = asked;
      if (payload.kind !== 'command') assert.fail(file);
      if (said.payload.kind !== 'reply' || said.payload.reply.kind !== 'string') assert.fail(file);
      const { text } = said.payload.reply;
      const { requests, blobs } = willing(text !== 'no modification of policy');
      const { name, sequence } = asked.header;
      const frames = iterate(behind);
      const given = { name, sequence, command: payload.command, door: 'socket', frames } as const;
      const client = await carriedOut(requests, given);
      assert.deepEqual(await client.messages(), [said], file);
      assert.deepEqual([blobs.count, blobs.closed], [0, 0], file);
      kinds.set(payload.command.kind, (kinds.get(payload.command.kind) ?? 0) + 1);
    }
    assert.deepEqual([...kinds.keys()].toSorted(), [
      'block-add',
      'block-remove',
      'block-set',
      'policy-add',
      'policy-remove',
      'unikernel-create',
      'unikernel-destroy',
    ]);
  });

  for (const [file, compressed] of [
    ['local/46-create-block-data.conn2.request', false],
    ['local/47-create-block-data-level9.conn2.request', true],
  ] as const)
    it(`reaches the supervisor as it was sent, ${compressed ? '' : 'not '}compressed`, async () => {
      const [first, ...behind] = await recordedFrames(file);
      if (first?.kind !== 'content') assert.fail(file);
      const { header, payload } = decodeMessage(first.bytes);
      if (payload.kind !== 'command') assert.fail(file);
      const { requests, blobs } = willing(true);
      let uploaded = new Uint8Array();
      requests.answer(setBlock, ({ blob }) => {
        uploaded = new Uint8Array(blobs.take(blob));
        return {};
      });
      const frames = iterate(behind);
      await carriedOut(requests, { name: header.name, command: payload.command, frames });
      const sent: Uint8Array[] = [];
      for await (const chunk of readChunks(iterate(behind))) sent.push(chunk);
      assert.deepEqual(uploaded, concatenate(sent));
      assert.deepEqual(blobs.opened, {
        name: header.name,
        sizeBytes: null,
        purpose: 'block',
        compressed,
      });
      assert.equal(requests.only(setBlock).compressed, compressed);
    });
});

async function* iterate(frames: readonly Frame[]): AsyncGenerator<Frame, void, undefined> {
  yield* frames;
}
