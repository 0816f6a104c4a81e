import { failureCode } from '@albatross/shared/bus/testing/asserts';
import { Failure } from '@albatross/shared/contracts/failures';
import type { WireMessage } from '@albatross/wire';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deflateSync } from 'node:zlib';
import { recordedMessages } from '../testing/recorded-replies.ts';
import { receiveDump } from './dump-reply.ts';

const [raw, compressed] = await Promise.all([
  recordedMessages('27-dump-block-level0'),
  recordedMessages('28-dump-block-level9'),
]);

/** What is written of what a server says, and then perhaps of how the order fails. */
async function dumped(messages: readonly WireMessage[], failure?: Failure): Promise<Buffer> {
  const written: Uint8Array[] = [];
  await receiveDump(
    async (show) => {
      for (const message of messages) await show(message);
      if (failure !== undefined) throw failure;
    },
    async (bytes) => void written.push(bytes),
  );
  return Buffer.concat(written);
}

function some(bytes: Uint8Array): WireMessage {
  const { header } = raw[0] ?? assert.fail();
  return { header, payload: { kind: 'data', data: { kind: 'block-some', bytes } } };
}

describe('the content of a block device of another host', () => {
  it('is the same whether it came compressed or not', async () => {
    const content = await dumped(raw);
    assert.equal(content.length, 1024 * 1024);
    assert.ok(content.equals(await dumped(compressed)));
  });

  it('is refused without its end', async () => {
    assert.equal(await failureCode(dumped(raw.slice(0, -1))), 'REMOTE_LOST');
    assert.equal(await failureCode(dumped(compressed.slice(0, -1))), 'REMOTE_LOST');
    assert.equal(await failureCode(dumped(raw.slice(0, 1))), 'REMOTE_LOST');
    assert.equal(await failureCode(dumped([])), 'REMOTE_LOST');
    const [reply, ...rest] = compressed;
    assert.ok(reply !== undefined);
    const end = rest.slice(-1);
    assert.equal(await failureCode(dumped([reply, ...end])), 'COMPRESSION_INVALID');
  });

  it('fails as the order does, whatever came before', async () => {
    const refusal = new Failure('BLOCK_IN_USE', 'is in use');
    for (const messages of [[], raw.slice(0, 3), compressed.slice(0, 2)])
      await assert.rejects(dumped(messages, refusal), refusal);
    // What failed behind the end changes nothing.
    assert.equal((await dumped(raw, refusal)).length, 1024 * 1024);
  });

  it('is nothing else than a reply and pieces', async () => {
    for (const messages of [raw.slice(1), [...raw.slice(0, 2), ...raw.slice(0, 1)]])
      assert.equal(await failureCode(dumped(messages)), 'REMOTE_LOST');
  });

  it('is one zlib stream where it says so', async () => {
    const [reply] = compressed;
    const end = compressed.at(-1);
    assert.ok(reply !== undefined && end !== undefined);
    const noise = some(new Uint8Array(64).fill(7));
    assert.equal(await failureCode(dumped([reply, noise, end])), 'COMPRESSION_INVALID');
    const whole = some(deflateSync('content'));
    assert.equal(String(await dumped([reply, whole, end])), 'content');
    const many = Array.from({ length: 8 }, () => noise);
    assert.equal(await failureCode(dumped([reply, whole, ...many, end])), 'COMPRESSION_INVALID');
  });

  it('that cannot be written stops the order, with that as the reason', async () => {
    const full = new Failure('FILE_UNWRITABLE', 'no space');
    for (const messages of [raw, compressed]) {
      let shown = 0;
      const receiving = receiveDump(
        async (show) => {
          for (const message of messages) {
            await show(message);
            shown += 1;
          }
        },
        async () => await Promise.reject(full),
      );
      await assert.rejects(receiving, full);
      assert.ok(shown < 8, `${shown} were taken`);
    }
  });
});
