import { dumpBlock, listBlocks } from '@albatross/shared/contracts/block';
import { Failure } from '@albatross/shared/contracts/failures';
import { listPolicies } from '@albatross/shared/contracts/policy';
import {
  getUnikernel,
  showUnikernel,
  type UnikernelDetails,
} from '@albatross/shared/contracts/unikernel';
import { listUnikernels } from '@albatross/shared/contracts/unikernel-list';
import {
  concatenate,
  encodeFrame,
  encodeMessage,
  type WireCommand,
  type WireMessage,
  type WireReply,
} from '@albatross/wire';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inflateSync } from 'node:zlib';
import { carriedOut } from './testing/orders.ts';
import { recordedBytes, recordedIn, recordedMessages } from './testing/recorded-streams.ts';
import { blocksIn, policiesIn, unikernelsIn } from './testing/recorded-system.ts';
import { ToyBlobs, ToyRequests } from './testing/toy-requests.ts';

/** Every reply of a kind that the original was heard to give, over TLS and on its sockets. */
async function replies<Kind extends WireReply['kind']>(
  kind: Kind,
): Promise<
  readonly { file: string; message: WireMessage; reply: Extract<WireReply, { kind: Kind }> }[]
> {
  const found = [];
  const files = [...recordedIn('local'), ...recordedIn('tls-replies')];
  for (const file of files.filter((name) => !name.includes('request')))
    for (const message of await recordedMessages(file)) {
      const { payload } = message;
      if (payload.kind !== 'reply' || payload.reply.kind !== kind) continue;
      found.push({ file, message, reply: payload.reply as Extract<WireReply, { kind: Kind }> });
    }
  return found;
}

/** What is said to the same question here, byte for byte. */
async function assertSame(
  requests: ToyRequests,
  { header, payload }: WireMessage,
  command: WireCommand,
  file: string,
): Promise<void> {
  const { name, sequence } = header;
  const client = await carriedOut(requests, { name, sequence, command, door: 'socket' });
  const expected = concatenate(encodeFrame(encodeMessage({ header, payload })));
  assert.deepEqual(Buffer.from(client.received), Buffer.from(expected), file);
}

describe('what the original said is said here, too:', () => {
  it('of unikernels', async () => {
    const all = await replies('unikernel-info');
    assert.ok(all.length > 20, `${all.length}`);
    for (const { file, message, reply } of all) {
      const { form } = reply;
      const details = unikernelsIn(message.header.name, reply);
      const requests = new ToyRequests()
        .answer(listUnikernels, () => ({ unikernels: [...details], next: null }))
        .answer(showUnikernel, ({ name }) => shown(details, name));
      // What only bhyve uses is refused here, and so never told.
      const unikernels = reply.unikernels.map(({ name, info }) => ({
        name,
        info: { ...info, vcpus: 1, linuxBoot: null },
      }));
      const payload = { kind: 'reply', reply: { ...reply, unikernels } } as const;
      const { header } = message;
      await assertSame(requests, { header, payload }, { kind: 'unikernel-info', form }, file);
    }
  });

  it('of policies', async () => {
    const all = await replies('policies');
    assert.ok(all.length >= 6, `${all.length}`);
    for (const { file, message, reply } of all) {
      const entries = policiesIn(message.header.name, reply);
      // In pages of one.
      const requests = new ToyRequests().answer(listPolicies, ({ after }) => {
        const at = entries.findIndex(({ path }) => path === after) + 1;
        const next = at + 1 < entries.length ? (entries[at]?.path ?? null) : null;
        return { policies: entries.slice(at, at + 1), next };
      });
      await assertSame(requests, message, { kind: 'policy-info' }, file);
    }
  });

  it('of block devices', async () => {
    const all = await replies('block-devices');
    assert.ok(all.length >= 6, `${all.length}`);
    for (const { file, message, reply } of all) {
      const blocks = [...blocksIn(message.header.name, reply)];
      const requests = new ToyRequests().answer(listBlocks, () => ({ blocks, next: null }));
      await assertSame(requests, message, { kind: 'block-info' }, file);
    }
  });

  it('of images', async () => {
    const all = await replies('unikernel-image');
    assert.equal(all.length, 4);
    for (const { file, message, reply } of all) {
      const { compressed, image } = reply;
      const level = compressed ? 9 : 0;
      const requests = new ToyRequests();
      const blobs = new ToyBlobs(requests);
      requests.answer(getUnikernel, ({ compressionLevel }) => {
        assert.equal(compressionLevel, level);
        return { ...blobs.offer(image), compressed };
      });
      await assertSame(requests, message, { kind: 'unikernel-get', level }, file);
      assert.equal(blobs.count, 0);
    }
  });

  for (const [file, level] of [
    ['local/53-dump-block-level0.reply', 0],
    ['local/54-dump-block-level9.reply', 9],
  ] as const)
    it(`of what is on a block device, at level ${level}`, async () => {
      const [first, ...rest] = await recordedMessages(file);
      const { name, sequence } = first?.header ?? assert.fail();
      const content = concatenate(rest.map(({ payload }) => pieceIn(payload)));
      const requests = new ToyRequests();
      const blobs = new ToyBlobs(requests);
      requests.answer(dumpBlock, () => blobs.offer(content));
      const command = { kind: 'block-dump', level } as const;
      const client = await carriedOut(requests, { name, sequence, command, door: 'socket' });
      if (level === 0)
        assert.ok(Buffer.from(client.received).equals(recordedBytes(file)), 'byte for byte');
      // Where its compressor makes a piece, ours makes another.
      const [begin, ...pieces] = await client.messages();
      assert.deepEqual(begin, first);
      assert.deepEqual(pieces.at(-1), rest.at(-1));
      const said = concatenate(pieces.map(({ payload }) => pieceIn(payload)));
      assert.deepEqual(said, content);
      if (level > 0) assert.equal(inflateSync(said).length, 2 ** 20);
      assert.equal(blobs.count, 0);
    });
});

function shown(all: readonly UnikernelDetails[], name: string): UnikernelDetails {
  const found = all.find((one) => one.name === name);
  if (found === undefined) throw new Failure('UNIKERNEL_NOT_FOUND', `there is no ${name}`);
  return found;
}

function pieceIn(payload: WireMessage['payload']): Uint8Array {
  if (payload.kind === 'data' && payload.data.kind === 'block-some') return payload.data.bytes;
  return new Uint8Array();
}
