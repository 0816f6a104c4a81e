import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inflateSync } from 'node:zlib';
import { concatenate } from './der/writer.ts';
import { decodeExtension, encodeExtension } from './extension.ts';
import { encodeChunks, readChunks } from './framing/chunks.ts';
import { encodeEnd, encodeFrame, type Frame } from './framing/frame.ts';
import { decodeMessage, encodeMessage, type WireMessage } from './message.ts';
import { framesOf, recordingsIn } from './testing/recorded.ts';

/** Writes every frame again from what was read of it; those behind a `block set` are chunks. */
function writeAgain(frames: readonly Frame[], seen: (message: WireMessage) => void): Uint8Array {
  let isChunk = false;
  const pieces = frames.flatMap((frame) => {
    if (frame.kind === 'end') {
      isChunk = false;
      return encodeEnd();
    }
    if (isChunk) return encodeFrame([frame.bytes]);
    const message = decodeMessage(frame.bytes);
    seen(message);
    isChunk = message.payload.kind === 'command' && message.payload.command.kind === 'block-set';
    return encodeFrame(encodeMessage(message));
  });
  return concatenate(pieces);
}

/** What a message is, in the words of the grammar. */
function kindOf({ payload }: WireMessage): string {
  switch (payload.kind) {
    case 'command':
      return `command ${payload.command.kind}`;
    case 'reply':
      return `reply ${payload.reply.kind}`;
    case 'failure':
      return 'failure';
    case 'data':
      return `data ${payload.data.kind}`;
  }
}

describe('what the original was heard to say', () => {
  const kinds = new Map<string, number>();
  const count = (message: WireMessage): void => {
    kinds.set(kindOf(message), (kinds.get(kindOf(message)) ?? 0) + 1);
  };

  for (const [folder, where] of [
    ['local', 'on its sockets'],
    ['internal', 'among its daemons'],
    ['tls-replies', 'over TLS'],
  ] as const)
    it(`${where} is read, and written again byte for byte`, () => {
      for (const { file, bytes } of recordingsIn(folder))
        assert.ok(Buffer.from(writeAgain(framesOf(bytes), count)).equals(bytes), file);
    });

  it('is everything but what its older clients say', () => {
    assert.deepEqual([...kinds.keys()].toSorted(), [
      'command block-add',
      'command block-dump',
      'command block-info',
      'command block-remove',
      'command block-set',
      'command console-add',
      'command console-list-inactive',
      'command console-subscribe',
      'command policy-add',
      'command policy-info',
      'command policy-remove',
      'command stats-add',
      'command stats-initial',
      'command stats-remove',
      'command stats-subscribe',
      'command unikernel-create',
      'command unikernel-destroy',
      'command unikernel-force-create',
      'command unikernel-get',
      'command unikernel-info',
      'command unikernel-restart',
      'data block-none',
      'data block-some',
      'data console',
      'data statistics',
      'failure',
      'reply block-device-image',
      'reply block-devices',
      'reply consoles',
      'reply empty',
      'reply policies',
      'reply string',
      'reply unikernel-image',
      'reply unikernel-info',
    ]);
  });

  it('in certificates is read, and written again byte for byte', () => {
    const extensions = recordingsIn('extensions');
    assert.ok(extensions.length > 40, `${extensions.length}`);
    for (const { file, bytes } of extensions)
      assert.ok(Buffer.from(encodeExtension(decodeExtension(bytes))).equals(bytes), file);
  });

  it('as chunks is an image or the content of a block device', async () => {
    const contents = new Map<string, Uint8Array>();
    for (const { file, bytes } of recordingsIn('chunks')) {
      const frames = framesOf(bytes);
      const pieces: Uint8Array[] = [];
      for await (const piece of readChunks(stream(frames))) pieces.push(piece);
      contents.set(file, concatenate(pieces));
      const again: Uint8Array[] = [];
      // What is sent in pieces no larger than a chunk is cut no further.
      for await (const chunk of encodeChunks(stream(pieces), { compressed: true }))
        again.push(chunk);
      assert.deepEqual(concatenate(again), bytes, file);
    }
    const image = contents.get('chunks/create-args-level0-stream');
    assert.equal(Buffer.from(image ?? []).toString('latin1', 1, 4), 'ELF');
    assert.deepEqual(inflated(contents.get('chunks/create-args-stream')), image);
    const block = contents.get('chunks/set-block-level0.gz');
    assert.equal(block?.length, 65_536);
    assert.deepEqual(inflated(contents.get('chunks/set-block-level9')), block);
  });
});

async function* stream<T>(items: readonly T[]): AsyncGenerator<T, void, undefined> {
  yield* items;
}

function inflated(bytes: Uint8Array | undefined): Uint8Array {
  return new Uint8Array(inflateSync(bytes ?? new Uint8Array()));
}
