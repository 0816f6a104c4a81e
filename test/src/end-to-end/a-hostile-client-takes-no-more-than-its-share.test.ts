import { eventually } from '@albatross/shared/bus/testing/asserts';
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { constants, deflateRawSync } from 'node:zlib';
import type { Minted } from '../../../services/tls-gateway/src/testing/mint.ts';
import { Endpoint, failureText, onlyPayload, replyIn } from '../harness/endpoint.ts';
import { create, DESTROY, INFO, mintTenant, order, STATS, subscribe } from '../harness/tenants.ts';

const DEADLINE = { timeout: 60_000 };
const MIB = 1024 * 1024;

let endpoint: Endpoint;
/** Has the unikernel honest:web, which ticks. */
let honest: Minted;
/** Has the block device mallory:data of 1 MiB. */
let mallory: Minted;
let pid: number | null;
const show = async () => await (await endpoint.system.administrator()).show('honest:web');

before(async () => {
  endpoint = await Endpoint.start();
  honest = mintTenant('honest', endpoint.root);
  mallory = mintTenant('mallory', endpoint.root);
  await endpoint.does('created unikernel', order('web', create(['tick=20']), honest));
  await endpoint.does('added block device', order('data', { kind: 'block-add', size: 1 }, mallory));
  ({ pid } = await show());
}, DEADLINE);
after(async () => {
  await endpoint[Symbol.asyncDispose]();
}, DEADLINE);

const setBlock = (compressed: boolean) => ({ kind: 'block-set', compressed }) as const;
const streamed = (compressed: boolean) =>
  create(['hang'], { image: new Uint8Array(0), compressed });

/** A zlib stream of so many MiB of zeros, in about a thousandth of them. */
function bomb(mib: number): Uint8Array {
  const one = deflateRawSync(new Uint8Array(MIB), {
    finishFlush: constants.Z_FULL_FLUSH,
    level: 9,
  });
  return Buffer.concat([Uint8Array.of(0x78, 0x9c), ...Array.from({ length: mib }, () => one)]);
}

/** Gives an order, and sends these bytes as a chunk again and again until something is answered. */
async function pour(
  chain: readonly Minted[],
  chunk: Uint8Array,
): Promise<{ readonly text: string; readonly sentBytes: number }> {
  await using client = await endpoint.connect(chain);
  client.socket.on('error', () => undefined);
  let isAnswered = false;
  const answer = client.message().finally(() => {
    isAnswered = true;
  });
  let sentBytes = 0;
  for (; !isAnswered; sentBytes += chunk.length) await Promise.race([client.send(chunk), answer]);
  return { text: failureText((await answer)?.payload), sentBytes };
}

/** Gives an order, and sends what belongs to it. */
async function pourAll(chain: readonly Minted[], content: Uint8Array): Promise<string> {
  await using client = await endpoint.connect(chain);
  for (let at = 0; at < content.length; at += 65_536)
    await client.send(content.subarray(at, at + 65_536));
  await client.sendEnd();
  return failureText(onlyPayload(await client.rest()));
}

/** Asserts that the gateway is no larger than it may be, and that everybody else is as they were. */
async function isUnharmed(): Promise<void> {
  endpoint.isSmall();
  await eventually('nothing is left', () => endpoint.system.traces().blobs.length === 0);
  const [only, ...others] = (await endpoint.standing()).unikernels;
  assert.deepEqual([only?.name, only?.pid, others], ['honest:web', pid, []]);
  await isServed();
}

async function isServed(): Promise<void> {
  const answer = onlyPayload(await endpoint.ask(order('.', INFO, honest)));
  const reply = replyIn(answer);
  assert.ok(reply.kind === 'unikernel-info');
  assert.deepEqual(
    reply.unikernels.map(({ name }) => name),
    ['web'],
  );
}

describe('what a client sends', () => {
  afterEach(isUnharmed);

  it('may not become more than there may be of it', DEADLINE, async () => {
    const block = order('data', setBlock(true), mallory);
    assert.match(await pourAll(block, bomb(64)), /more than the 1048576 bytes.*BLOCK_OVERFLOW\]$/);
    const image = order('web', streamed(true), mallory);
    assert.match(await pourAll(image, bomb(513)), /at most 536870912 bytes.*BLOB_LIMIT\]$/);
  });

  it('ends where there may be no more of it, though it has no end', DEADLINE, async () => {
    const chunk = new Uint8Array(MIB);
    for (const compressed of [false, true]) {
      const { text, sentBytes } = await pour(order('data', setBlock(compressed), mallory), chunk);
      assert.match(text, /more than the \d+ bytes there are \[BLOCK_OVERFLOW\]$/);
      assert.ok(sentBytes < 32 * MIB, `${sentBytes} were taken`);
    }
  });

  it('is no larger frame than there may be, whatever it says', DEADLINE, async () => {
    for (const length of ['00100001', '7fffffff', 'ffffffff']) {
      await using client = await endpoint.connect(order('web', streamed(false), mallory));
      await client.write(Buffer.from(length, 'hex'));
      const text = failureText(onlyPayload(await client.rest()));
      assert.match(text, /a frame of at most 1048576 bytes, found one of \d+ \[REQUEST_INVALID\]$/);
    }
  });

  it('leaves nothing behind when it stops in the middle', DEADLINE, async () => {
    for (const chain of [
      order('web', streamed(false), mallory),
      order('data', setBlock(false), mallory),
    ]) {
      await using client = await endpoint.connect(chain);
      await client.send(new Uint8Array(MIB));
      await client.write(Buffer.from('00001000', 'hex'), new Uint8Array(96));
      await eventually('some of it is there', () => endpoint.system.traces().blobs.length > 0);
      client.socket.end();
      const text = failureText(onlyPayload(await client.rest()));
      assert.match(text, /expected 4000 more bytes of a frame, found the end \[REQUEST_INVALID\]$/);
    }
  });

  it('leaves nothing behind when it goes away', DEADLINE, async () => {
    for (const chain of [
      order('web', streamed(false), mallory),
      order('data', setBlock(false), mallory),
    ]) {
      await using client = await endpoint.connect(chain);
      await client.send(new Uint8Array(MIB));
      await eventually('some of it is there', () => endpoint.system.traces().blobs.length > 0);
      client.socket.destroy();
      await eventually('none of it is', () => endpoint.system.traces().blobs.length === 0);
    }
  });

  it('is of no use to who takes the room of others', DEADLINE, async () => {
    // As many as one may have, each with a chunk.
    const clients = await Promise.all(
      Array.from({ length: 257 }, async (_, n) => {
        const client = await endpoint.connect(order(`web-${n}`, streamed(false), mallory));
        client.socket.on('error', () => undefined);
        await client.send(Uint8Array.of(1));
        return client;
      }),
    );
    try {
      await eventually('they are there', () => endpoint.system.traces().blobs.length >= 256);
      const chain = order('other', create(['hang']), honest);
      await endpoint.does('created unikernel', chain);
      await endpoint.does('destroyed unikernel', order('other', DESTROY, honest));
    } finally {
      await Promise.all(clients.map(async (client) => await client[Symbol.asyncDispose]()));
    }
  });
});

describe('a client that takes its time', () => {
  afterEach(isUnharmed);

  it('over a console neither stops its guest nor anybody else', DEADLINE, async () => {
    await endpoint.does('created unikernel', order('loud', create(['flood']), mallory));
    const chain = order('loud', subscribe(10n), mallory);
    // Nobody reads what these are sent.
    const deaf = await Promise.all(
      Array.from({ length: 4 }, async () => await endpoint.connect(chain)),
    );
    for (const { socket } of deaf) socket.pause();
    await using client = await endpoint.connect(chain);
    for (let lines = 0; lines < 2_000; lines += 1)
      assert.notEqual((await client.message())?.payload.kind, 'failure');
    await using ticks = await endpoint.connect(order('web', subscribe(0n), honest));
    for (let lines = 0; lines < 20; lines += 1) assert.ok((await ticks.message()) !== null);
    for (const one of deaf) await one[Symbol.asyncDispose]();
    await endpoint.does('destroyed unikernel', order('loud', DESTROY, mallory));
  });
});

describe('a client that follows everything', () => {
  afterEach(isUnharmed);

  it('leaves room for others to follow something', DEADLINE, async () => {
    const clients = await Promise.all(
      Array.from({ length: 130 }, async (_, n) => {
        const client = await endpoint.connect(order(`name-${n}`, STATS, mallory));
        return { client, payload: (await client.message())?.payload };
      }),
    );
    const refused = clients.filter(({ payload }) => payload?.kind === 'failure');
    assert.equal(refused.length, 2);
    for (const { payload } of refused)
      assert.match(failureText(payload), /^128 streams of mallory: are under way; .*\[BUSY\]$/);
    await using ticks = await endpoint.connect(order('web', subscribe(0n), honest));
    assert.equal((await ticks.message())?.payload.kind, 'reply');
    await Promise.all(clients.map(async ({ client }) => await client[Symbol.asyncDispose]()));
  });
});

describe('a gateway that is killed', () => {
  it('leaves everything else as it is, and the next one serves', DEADLINE, async () => {
    await using upload = await endpoint.connect(order('web', streamed(false), mallory));
    await upload.send(new Uint8Array(MIB));
    await using stream = await endpoint.connect(order('web', subscribe(0n), honest));
    assert.equal((await stream.message())?.payload.kind, 'reply');
    await eventually('some is uploaded', () => endpoint.system.traces().blobs.length > 0);
    for (const { socket } of [upload, stream]) socket.on('error', () => undefined);
    endpoint.gateway.signal('SIGKILL');
    await endpoint.stopGateway();
    await endpoint.startGateway();
    await isServed();
    // Whoever owned the upload would be missed after a minute; a supervisor that starts waits for nobody.
    await endpoint.system.kill('supervisor');
    await isUnharmed();
    await endpoint.does(
      'added block device',
      order('again', { kind: 'block-add', size: 1 }, mallory),
    );
  });
});
