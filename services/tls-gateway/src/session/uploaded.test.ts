import { createBlock, removeBlock, setBlock } from '@albatross/shared/contracts/block';
import { Failure } from '@albatross/shared/contracts/failures';
import { createUnikernel } from '@albatross/shared/contracts/unikernel';
import { CHUNK_BYTES_MAX, type Frame } from '@albatross/wire';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { carryOut } from './carry-out.ts';
import { carriedOut, NO_STREAMS, prepared, writtenConfig } from './testing/orders.ts';
import { RUNNING } from './testing/recorded-system.ts';
import { chunkFrames } from './testing/toy-client.ts';
import { UPLOAD_BYTES_A_SECOND_MIN, UPLOAD_MS_MAX } from './uploaded.ts';
import { ToyBlobs, ToyRequests } from './testing/toy-requests.ts';

const MIB = 2 ** 20;
const create = {
  kind: 'unikernel-create',
  config: writtenConfig({ compressed: true, image: new Uint8Array(), arguments: ['x'] }),
} as const;
const set = { kind: 'block-set', compressed: true } as const;
const name = 'tenant:hello';

function scene(options: { readonly bytesMax?: number } = {}) {
  const requests = new ToyRequests();
  const blobs = new ToyBlobs(requests, options);
  const made: Uint8Array[] = [];
  requests
    .answer(createUnikernel, ({ blob }) => {
      made.push(blobs.take(blob));
      return RUNNING;
    })
    .answer(setBlock, ({ blob }) => {
      made.push(blobs.take(blob));
      return {};
    });
  return { requests, blobs, made };
}

/** So many chunks, each of its own bytes. */
function* chunks(count: number): Generator<Uint8Array> {
  for (let at = 0; at < count; at += 1) yield new Uint8Array(CHUNK_BYTES_MAX).fill(at);
}

describe('an image', () => {
  it('in the message is handed on', async () => {
    const { requests, blobs, made } = scene();
    const image = new Uint8Array(MIB).fill(7);
    const command = {
      kind: 'unikernel-force-create',
      config: writtenConfig({ image, linuxBoot: 'msdos1', vcpus: 2 }),
    } as const;
    const client = await carriedOut(requests, { name, command });
    assert.deepEqual(await client.heard(), ['created unikernel']);
    assert.deepEqual(made, [image]);
    assert.deepEqual(blobs.opened, {
      name,
      sizeBytes: MIB,
      purpose: 'image',
      compressed: false,
    });
    const { id: _, blob: __, ...body } = requests.only(createUnikernel);
    assert.deepEqual(body, {
      name,
      compressed: false,
      force: true,
      start: true,
      hypervisor: 'solo5',
      memoryMib: 32,
      cpus: [0],
      nets: [],
      blocks: [],
      startupPriority: 50,
      restart: { kind: 'never' },
      arguments: [],
      addName: true,
      // What was said for bhyve only, the original passes over.
      vcpus: 1,
    });
  });

  it('that is empty follows as chunks over TLS', async () => {
    const { requests, blobs, made } = scene();
    const all = [...chunks(33)];
    const client = await carriedOut(requests, { name, command: create, frames: chunkFrames(all) });
    assert.deepEqual(await client.heard(), ['created unikernel']);
    assert.deepEqual(
      made.map((bytes) => Buffer.from(bytes)),
      [Buffer.concat(all)],
    );
    const { sizeBytes, compressed } = blobs.opened ?? assert.fail();
    assert.deepEqual([sizeBytes, compressed], [null, true]);
    assert.equal(requests.only(createUnikernel).compressed, true);
  });

  it('that is empty on a socket is an empty one', async () => {
    const { requests } = scene();
    const client = await carriedOut(requests, { name, command: create, door: 'socket' });
    assert.deepEqual(await client.heard(), ['failure: the image has no bytes [IMAGE_EMPTY]']);
    assert.deepEqual(requests.whats, ['blob.open']);
  });
});

describe('an upload that fails leaves nothing behind', () => {
  it('when it never ends', async () => {
    const { requests, blobs } = scene({ bytesMax: MIB });
    let taken = 0;
    function* endless(): Generator<Uint8Array> {
      for (;;) {
        taken += 1;
        yield new Uint8Array(CHUNK_BYTES_MAX);
      }
    }
    for (const command of [create, set]) {
      const client = await carriedOut(requests, { name, command, frames: chunkFrames(endless()) });
      assert.deepEqual(await client.heard(), ['failure: too large [BLOB_LIMIT]']);
    }
    assert.ok(taken < 200, `${taken}`);
    assert.deepEqual([blobs.count, blobs.closed], [0, 2]);
  });

  it('when it ends too early', async () => {
    const { requests, blobs } = scene();
    const frames = cutOff(12, () => undefined);
    const client = await carriedOut(requests, { name, command: set, frames });
    assert.match(
      (await client.heard())[0] ?? '',
      /^failure: what follows the command is malformed: at byte \d+: expected a chunk or the end of them, found the end \[REQUEST_INVALID\]$/,
    );
    assert.deepEqual([blobs.count, blobs.closed], [0, 1]);
  });

  it('when the client is silent for too long', async () => {
    const { requests, blobs } = scene();
    const frames = cutOff(12, () => {
      throw new Failure('DEADLINE_EXCEEDED', 'nothing came');
    });
    const client = await carriedOut(requests, { name, command: create, frames });
    assert.deepEqual(await client.heard(), ['failure: nothing came [DEADLINE_EXCEEDED]']);
    assert.deepEqual([blobs.count, blobs.closed], [0, 1]);
  });

  it('when it takes too long, unless there is much of it', async (t) => {
    let now = 0;
    t.mock.method(performance, 'now', () => now);
    const count = 64;
    // So that nothing is said about the last one in time.
    const enoughMs = ((count - 1) * CHUNK_BYTES_MAX) / (UPLOAD_BYTES_A_SECOND_MIN / 1000);
    function* slowly(chunkMs: number): Generator<Uint8Array> {
      for (const chunk of chunks(count)) {
        now += chunkMs;
        yield chunk;
      }
    }
    assert.ok(enoughMs < UPLOAD_MS_MAX);
    const { requests, blobs, made } = scene();
    const asked = async (chunkMs: number) => {
      const frames = chunkFrames(slowly(chunkMs));
      return await (await carriedOut(requests, { name, command: set, frames })).heard();
    };
    assert.deepEqual(await asked(UPLOAD_MS_MAX / count), ['set block device']);
    assert.match(
      (await asked(UPLOAD_MS_MAX / (count - 1)))[0] ?? '',
      /^failure: what follows the command comes too slowly: it may take 60 minutes, .*\[REQUEST_INVALID\]$/,
    );
    assert.deepEqual([blobs.count, blobs.closed, made.length], [0, 1, 1]);
  });

  it('when the client goes in the middle, who is told nothing then', async () => {
    const { requests, blobs } = scene();
    const { order, client } = prepared(requests, {
      name,
      command: create,
      frames: cutOff(12, () => {
        client.go();
        client.gone.throwIfAborted();
      }),
    });
    await assert.rejects(carryOut(order, client, NO_STREAMS), /the client has gone/);
    assert.equal(client.received.length, 0);
    assert.deepEqual([blobs.count, blobs.closed], [0, 1]);
  });

  it('when the command that it was for is refused', async () => {
    const { requests, blobs } = scene();
    requests.fail(setBlock, 'BLOCK_IN_USE', 'in use').fail(createUnikernel, 'POLICY_EXCEEDED');
    for (const [command, text] of [
      [set, 'in use [BLOCK_IN_USE]'],
      [create, 'no [POLICY_EXCEEDED]'],
    ] as const) {
      const frames = chunkFrames(chunks(3));
      const client = await carriedOut(requests, { name, command, frames });
      assert.deepEqual(await client.heard(), [`failure: ${text}`]);
    }
    assert.deepEqual([blobs.count, blobs.closed], [0, 2]);
  });
});

describe("what the original's older clients send in the message", () => {
  const data = Uint8Array.of(1, 2, 3);
  const add = { kind: 'block-old-add', size: 4, compressed: true, data } as const;

  it('is put on a new block device', async () => {
    const { requests, made } = scene();
    requests.answer(createBlock, () => ({}));
    const client = await carriedOut(requests, { name, command: add });
    assert.deepEqual(await client.heard(), ['added block device']);
    assert.deepEqual(made, [data]);
    assert.equal(requests.only(createBlock).sizeMib, 4);
    assert.equal(requests.only(setBlock).compressed, true);
  });

  it('may be nothing', async () => {
    const requests = new ToyRequests().answer(createBlock, () => ({}));
    const client = await carriedOut(requests, { name, command: { ...add, data: null } });
    assert.deepEqual(await client.heard(), ['added block device']);
    assert.deepEqual(requests.whats, ['block.create']);
  });

  it('leaves no block device behind that it does not fit on', async () => {
    const { requests } = scene();
    requests
      .answer(createBlock, () => ({}))
      .answer(removeBlock, () => ({}))
      .fail(setBlock, 'BLOCK_OVERFLOW', 'too much');
    const client = await carriedOut(requests, { name, command: add });
    assert.deepEqual(await client.heard(), ['failure: too much [BLOCK_OVERFLOW]']);
    assert.equal(requests.whats.at(-1), 'block.remove');
  });

  it('replaces what is on a block device', async () => {
    const { requests, made } = scene();
    const command = { kind: 'block-old-set', compressed: false, data } as const;
    const client = await carriedOut(requests, { name, command });
    assert.deepEqual(await client.heard(), ['set block device']);
    assert.deepEqual(made, [data]);
  });
});

/** So many chunks, and then something else than the end of them. */
async function* cutOff(count: number, then: () => void): AsyncGenerator<Frame, void, undefined> {
  let offset = 0;
  for (const bytes of chunks(count)) {
    yield { kind: 'content', offset, bytes };
    offset += 4 + bytes.length;
  }
  then();
}
