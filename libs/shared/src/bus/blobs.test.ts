import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import {
  BLOB_CHUNK_BYTES_MAX,
  BLOB_WRITES_IN_FLIGHT,
  finishBlob,
  openBlob,
  writeBlob,
} from '../contracts/blob.ts';
import { Failure } from '../contracts/failures.ts';
import { parseUnikernelName } from '../domain/name.ts';
import { upload } from './blobs.ts';
import type { Bus } from './bus.ts';
import { deferred } from './deferred.ts';
import { endpoint } from './serve.ts';
import { failureCode } from './testing/asserts.ts';
import { RealServer } from './testing/real-server.ts';

const hello = parseUnikernelName('hello');
const blob = '0123456789abcdef'.repeat(2);
const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

interface Received {
  bytes: Buffer;
  offsets: number[];
  inFlightMost: number;
  /** The digest that the upload was finished with. */
  finished: string | null;
}

/** A supervisor that keeps one blob in memory; `beforeWrite` may delay or refuse a chunk. */
async function serveBlobs(
  server: RealServer,
  beforeWrite: (offset: number, bus: Bus) => Promise<void>,
): Promise<{ readonly bus: Bus; readonly received: Received }> {
  const bus = await server.connect('supervisor');
  const received: Received = { bytes: Buffer.of(), offsets: [], inFlightMost: 0, finished: null };
  let inFlight = 0;
  await bus.serve({
    service: 'supervisor',
    version: '0.0.0',
    onDrop: assert.fail,
    endpoints: [
      endpoint(openBlob, async ({ sizeBytes }) => {
        received.bytes = Buffer.alloc(sizeBytes);
        return { blob };
      }),
      endpoint(writeBlob, async ({ offset, bytes }) => {
        inFlight += 1;
        received.inFlightMost = Math.max(received.inFlightMost, inFlight);
        received.offsets.push(offset);
        await beforeWrite(offset, bus).finally(() => (inFlight -= 1));
        received.bytes.set(bytes, offset);
        return {};
      }),
      endpoint(finishBlob, async ({ sha256 }) => {
        received.finished = sha256;
        return {};
      }),
    ],
  });
  return { bus, received };
}

function image(chunks: number, rest: number): Uint8Array {
  const bytes = new Uint8Array(chunks * BLOB_CHUNK_BYTES_MAX + rest);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = (i * 7 + (i >> 16)) % 251;
  return bytes;
}

describe('an upload', () => {
  it('brings all bytes, a few chunks at a time, in whatever order they are written', async () => {
    await using server = await RealServer.start();
    await using admin = await server.connect('admin');
    const sent = image(9, 17);
    const total = 10;
    const waiting: (() => void)[] = [];
    let written = 0;
    const { bus, received } = await serveBlobs(server, async (_offset, bus) => {
      const turn = deferred();
      waiting.push(turn.resolve);
      if (waiting.length === Math.min(BLOB_WRITES_IN_FLIGHT, total - written)) {
        // Whatever else was sent at the same time would have arrived after this.
        await admin.flush();
        await bus.flush();
        written += waiting.length;
        for (const resume of waiting.splice(0).toReversed()) resume();
      }
      await turn.promise;
    });
    await using _ = bus;
    assert.equal(await upload(admin, hello, sent), blob);
    assert.equal(received.inFlightMost, BLOB_WRITES_IN_FLIGHT);
    assert.equal(received.offsets.length, total);
    assert.equal(digestOf(received.bytes), digestOf(sent));
    assert.equal(received.finished, digestOf(sent));
  });

  it('of less than a chunk is one write', async () => {
    await using server = await RealServer.start();
    await using admin = await server.connect('admin');
    const { bus, received } = await serveBlobs(server, async () => undefined);
    await using _ = bus;
    const sent = image(0, 1);
    await upload(admin, hello, sent);
    assert.deepEqual(received.offsets, [0]);
    assert.deepEqual(new Uint8Array(received.bytes), sent);
  });

  it('fails with the failure of a write, sends no more and is not finished', async () => {
    await using server = await RealServer.start();
    await using admin = await server.connect('admin');
    const othersMayEnd = deferred();
    const { bus, received } = await serveBlobs(server, async (offset) => {
      if (offset === BLOB_CHUNK_BYTES_MAX) throw new Failure('DISK_FULL', 'no room');
      await othersMayEnd.promise;
    });
    await using _ = bus;
    assert.equal(await failureCode(upload(admin, hello, image(20, 0))), 'DISK_FULL');
    othersMayEnd.resolve();
    // The first answer comes behind those to the other chunks, the second behind all they would bring about.
    const sizeBytes = received.bytes.length;
    for (const _ of [1, 2]) await admin.request(openBlob, { name: hello, sizeBytes });
    assert.equal(received.offsets.length, BLOB_WRITES_IN_FLIGHT);
    assert.equal(received.finished, null);
  });
});
