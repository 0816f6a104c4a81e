import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import {
  BLOB_CHUNK_BYTES_MAX,
  BLOB_WRITES_IN_FLIGHT,
  closeBlob,
  finishBlob,
  openBlob,
  writeBlob,
} from '../contracts/blob.ts';
import { Failure } from '../contracts/failures.ts';
import { parseUnikernelName } from '../domain/name.ts';
import { TemporaryFolder } from '../runtime/testing/temporary-folder.ts';
import { fileSource, type BlobSource } from './blob-source.ts';
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
  opened: object | null;
  closed: number;
}

/** A supervisor that keeps one blob in memory; `beforeWrite` may delay or refuse a chunk. */
async function serveBlobs(
  server: RealServer,
  beforeWrite: (offset: number, bus: Bus) => Promise<void>,
): Promise<{ readonly bus: Bus; readonly received: Received }> {
  const bus = await server.connect('supervisor');
  const received: Received = {
    bytes: Buffer.of(),
    offsets: [],
    inFlightMost: 0,
    finished: null,
    opened: null,
    closed: 0,
  };
  let inFlight = 0;
  await bus.serve({
    service: 'supervisor',
    version: '0.0.0',
    onDrop: assert.fail,
    endpoints: [
      endpoint(openBlob, async (opened) => {
        received.opened = opened;
        received.bytes = Buffer.alloc(opened.sizeBytes ?? 4 * BLOB_CHUNK_BYTES_MAX);
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
      endpoint(closeBlob, async () => {
        received.closed += 1;
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
    assert.equal(received.closed, 1);
  });

  it('of a source of unknown size is cut into whole chunks, and tells how far it is', async () => {
    await using server = await RealServer.start();
    await using admin = await server.connect('admin');
    const { bus, received } = await serveBlobs(server, async () => undefined);
    await using _ = bus;
    const sent = image(2, 5);
    const source: BlobSource = { sizeBytes: null, pieces: () => inPieces(sent, 4096) };
    const progress: (number | null)[][] = [];
    await upload(admin, hello, source, {
      purpose: 'block',
      compressed: true,
      onProgress: (done, total) => void progress.push([done, total]),
    });
    const expected = { name: hello, sizeBytes: null, purpose: 'block', compressed: true };
    assert.deepEqual(received.opened, expected);
    const offsets = received.offsets.toSorted((a, b) => a - b);
    assert.deepEqual(offsets, [0, BLOB_CHUNK_BYTES_MAX, 2 * BLOB_CHUNK_BYTES_MAX]);
    assert.equal(digestOf(received.bytes.subarray(0, sent.length)), digestOf(sent));
    assert.equal(received.finished, digestOf(sent));
    assert.deepEqual(progress.at(-1), [sent.length, null]);
    assert.equal(received.closed, 0);
  });

  it('of a file reads it chunk by chunk, and fails when it becomes shorter meanwhile', async () => {
    await using server = await RealServer.start();
    await using admin = await server.connect('admin');
    const { bus, received } = await serveBlobs(server, async () => undefined);
    await using _ = bus;
    await using folder = await TemporaryFolder.make();
    const sent = image(3, 9);
    await writeFile(folder.file('image'), sent);
    const file = await open(folder.file('image'));
    try {
      await upload(admin, hello, fileSource(file, sent.length));
      assert.equal(received.finished, digestOf(sent));
      const longer = upload(admin, hello, fileSource(file, sent.length + 1));
      assert.equal(await failureCode(longer), 'FILE_UNREADABLE');
    } finally {
      await file.close();
    }
    assert.equal(received.closed, 1);
  });
});

async function* inPieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}
