import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import {
  BLOB_CHUNK_BYTES_MAX,
  BLOB_READS_IN_FLIGHT,
  closeBlob,
  readBlob,
} from '../contracts/blob.ts';
import { Failure } from '../contracts/failures.ts';
import { parseUnikernelName } from '../domain/name.ts';
import { download } from './blobs.ts';
import type { Bus } from './bus.ts';
import { deferred } from './deferred.ts';
import { endpoint } from './serve.ts';
import { RealServer } from './testing/real-server.ts';

const hello = parseUnikernelName('hello');
const blob = '0123456789abcdef'.repeat(2);
const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A supervisor that has one blob to read. */
class Offered implements AsyncDisposable {
  readonly bus: Bus;
  inFlightMost = 0;
  asked: number[] = [];
  closed = 0;
  #inFlight = 0;

  private constructor(bus: Bus) {
    this.bus = bus;
  }

  static async serve(
    server: RealServer,
    content: Uint8Array,
    beforeRead: (offset: number) => Promise<void> = async () => undefined,
  ): Promise<Offered> {
    const offered = new Offered(await server.connect('supervisor'));
    await offered.bus.serve({
      service: 'supervisor',
      version: '0.0.0',
      onDrop: assert.fail,
      endpoints: [
        endpoint(readBlob, async ({ offset }) => {
          offered.#inFlight += 1;
          offered.inFlightMost = Math.max(offered.inFlightMost, offered.#inFlight);
          offered.asked.push(offset);
          await beforeRead(offset).finally(() => (offered.#inFlight -= 1));
          return { bytes: content.subarray(offset, offset + BLOB_CHUNK_BYTES_MAX) };
        }),
        endpoint(closeBlob, async () => {
          offered.closed += 1;
          return {};
        }),
      ],
    });
    return offered;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bus[Symbol.asyncDispose]();
  }
}

describe('a download', () => {
  const content = Buffer.alloc(9 * BLOB_CHUNK_BYTES_MAX + 17, 'some bytes of a download ');

  async function brought(
    offered: (server: RealServer) => Promise<Offered>,
    sizeBytes = content.length,
    write: (bytes: Uint8Array) => Promise<void> = async () => undefined,
  ): Promise<{ bytes: Buffer; offered: Offered; code: string }> {
    await using server = await RealServer.start();
    await using admin = await server.connect('admin');
    await using one = await offered(server);
    const bytes = Buffer.alloc(content.length);
    const sink = {
      write: async (piece: Uint8Array, offset: number) => {
        bytes.set(piece, offset);
        await write(piece);
      },
    };
    const code = await download(admin, hello, blob, sizeBytes, sink).then(
      () => 'done',
      (error: unknown) => (error instanceof Failure ? error.code : String(error)),
    );
    return { bytes, offered: one, code };
  }

  it('brings all bytes in order, a few chunks at a time, in whatever order they come, and closes', async () => {
    const waiting: (() => void)[] = [];
    const reading = async (): Promise<void> => {
      const turn = deferred();
      waiting.push(turn.resolve);
      // The last chunks have fewer beside them.
      if (waiting.length === BLOB_READS_IN_FLIGHT) while (waiting.length > 1) waiting.pop()?.();
      if (waiting.length === 1) setImmediate(() => waiting.splice(0).forEach((resume) => resume()));
      await turn.promise;
    };
    const { bytes, offered, code } = await brought((server) =>
      Offered.serve(server, content, reading),
    );
    assert.equal(code, 'done');
    assert.equal(digestOf(bytes), digestOf(content));
    assert.ok(offered.inFlightMost <= BLOB_READS_IN_FLIGHT);
    assert.equal(offered.asked.length, 10);
    assert.equal(offered.closed, 1);
  });

  it('of nothing asks for nothing, and closes', async () => {
    const { offered, code } = await brought((server) => Offered.serve(server, content), 0);
    assert.deepEqual([code, offered.asked, offered.closed], ['done', [], 1]);
  });

  it('fails when there is less than was said, and closes', async () => {
    const { offered, code } = await brought(
      (server) => Offered.serve(server, content),
      content.length + 1,
    );
    assert.deepEqual([code, offered.closed], ['BLOB_INCOMPLETE', 1]);
  });

  it('does not run ahead of a sink that fails, and closes', async () => {
    const { offered, code } = await brought(
      (server) => Offered.serve(server, content),
      content.length,
      async () => await Promise.reject(new Failure('FILE_UNWRITABLE', 'no')),
    );
    assert.deepEqual([code, offered.closed], ['FILE_UNWRITABLE', 1]);
    assert.ok(offered.asked.length <= BLOB_READS_IN_FLIGHT, String(offered.asked));
  });

  it('fails with the failure of a read, whoever was waiting for it', async () => {
    const { offered, code } = await brought((server) =>
      Offered.serve(server, content, async (offset) => {
        if (offset > 0) throw new Failure('BLOB_UNKNOWN', 'it expired');
      }),
    );
    assert.deepEqual([code, offered.closed], ['BLOB_UNKNOWN', 1]);
  });
});
