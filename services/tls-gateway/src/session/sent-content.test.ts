import { readBlob } from '@albatross/shared/contracts/blob';
import { dumpBlock } from '@albatross/shared/contracts/block';
import { Failure } from '@albatross/shared/contracts/failures';
import { getUnikernel } from '@albatross/shared/contracts/unikernel';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { carryOut } from './carry-out.ts';
import { carriedOut, NO_STREAMS, prepared } from './testing/orders.ts';
import { ToyBlobs, ToyRequests } from './testing/toy-requests.ts';

const MIB = 2 ** 20;
const name = 'tenant:hello';
const get = { kind: 'unikernel-get', level: 3 } as const;
const dump = { kind: 'block-dump', level: 3 } as const;
const oldDump = { kind: 'block-old-dump', level: 3 } as const;

/** All downloads have these bytes; those that are asked for beyond `readableBytes` fail. */
function scene(content: Uint8Array, readableBytes = Infinity) {
  const requests = new ToyRequests();
  const blobs = new ToyBlobs(requests);
  requests
    .answer(getUnikernel, () => ({ ...blobs.offer(content), compressed: true }))
    .answer(dumpBlock, () => blobs.offer(content))
    .answer(readBlob, async ({ offset }) => {
      if (offset >= readableBytes) throw new Failure('BLOB_UNKNOWN', 'no such download');
      return { bytes: content.slice(offset, offset + MIB / 2) };
    });
  return { requests, blobs };
}

describe('something large', () => {
  const content = new Uint8Array(3 * MIB + 5).map((_, at) => at % 251);

  it('is sent as it comes', async () => {
    for (const command of [get, oldDump]) {
      const { requests, blobs } = scene(content);
      const client = await carriedOut(requests, { name, command });
      const [message, ...more] = await client.messages();
      const kind = command === get ? 'unikernel-image' : 'old-block-device-image';
      const reply = { kind, compressed: true, image: content } as const;
      assert.deepEqual(message?.payload, { kind: 'reply', reply });
      assert.deepEqual(more, []);
      assert.ok(client.largestWrite < MIB, `${client.largestWrite} bytes at once`);
      assert.equal(blobs.count, 0);
    }
  });

  it('is sent as data that its end follows', async () => {
    const { requests, blobs } = scene(content);
    const client = await carriedOut(requests, { name, command: dump });
    const heard = await client.heard();
    assert.deepEqual(
      [heard[0], heard[1], heard.at(-1)],
      ['block-device-image', 'block-some', 'block-none'],
    );
    // 3 MiB in chunks of the bus, and the rest.
    assert.equal(heard.length, 1 + 48 + 1 + 1);
    assert.ok(client.largestWrite < MIB, `${client.largestWrite} bytes at once`);
    assert.equal(blobs.count, 0);
  });

  it('may be nothing', async () => {
    for (const [command, expected] of [
      [get, ['unikernel-image']],
      [dump, ['block-device-image', 'block-none']],
    ] as const) {
      const { requests, blobs } = scene(new Uint8Array());
      const client = await carriedOut(requests, { name, command });
      assert.deepEqual(await client.heard(), expected);
      assert.equal(blobs.count, 0);
    }
  });

  it('that cannot be had is said not to be', async () => {
    for (const command of [get, dump, oldDump]) {
      const { requests, blobs } = scene(content, 0);
      const client = await carriedOut(requests, { name, command });
      assert.deepEqual(await client.heard(), ['failure: no such download [BLOB_UNKNOWN]']);
      assert.equal(blobs.count, 0);
    }
  });

  it('has a failure in the place of its end when it breaks off', async () => {
    const { requests, blobs } = scene(content, MIB);
    const client = await carriedOut(requests, { name, command: dump });
    const heard = await client.heard();
    assert.equal(heard.length, 1 + 16 + 1);
    assert.equal(heard.at(-1), 'failure: no such download [BLOB_UNKNOWN]');
    assert.equal(blobs.count, 0);
  });

  it('in one reply that breaks off is followed by nothing, and lacks more than words could fill', async () => {
    for (const readableBytes of [MIB, 3 * MIB])
      for (const command of [get, oldDump]) {
        const { requests, blobs } = scene(content, readableBytes);
        const { order, client } = prepared(requests, { name, command });
        await assert.rejects(carryOut(order, client, NO_STREAMS), /ended too early: no such/);
        const sent = client.received.length;
        assert.ok(sent > MIB / 2 && sent < readableBytes - MIB / 4, `${sent}`);
        assert.equal(blobs.count, 0);
      }
  });

  it('is not read any further for a client that has gone', async () => {
    for (const command of [get, dump, oldDump]) {
      const { requests, blobs } = scene(content);
      const { order, client } = prepared(requests, { name, command });
      client.go();
      await assert.rejects(carryOut(order, client, NO_STREAMS), /the client has gone/);
      assert.equal(blobs.count, 0);
      assert.ok(requests.whats.filter((what) => what === 'blob.read').length <= 6);
    }
  });

  it('is refused where no message holds it', async () => {
    const { requests, blobs } = scene(content);
    requests.answer(dumpBlock, () => ({ ...blobs.offer(content), sizeBytes: 2 ** 31 }));
    const client = await carriedOut(requests, { name, command: oldDump });
    assert.deepEqual(await client.heard(), [
      'failure: tenant:hello has 2147483648 bytes, and a reply holds at most 2147483647; newer clients are sent it in pieces [MESSAGE_TOO_LARGE]',
    ]);
    assert.equal(blobs.count, 0);
  });
});
