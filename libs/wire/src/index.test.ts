import { isPathName, parseName, type PathName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  absoluteName,
  ChainError,
  CHUNK_BYTES_MAX,
  concatenate,
  cutIntoChunks,
  decodeMessage,
  encodeChunks,
  encodeExtension,
  encodeFrame,
  encodeMessage,
  EXTENSION_OID,
  readChain,
  readChunks,
  readFrames,
  relativeName,
  WireError,
  type ChainCertificate,
  type ChainRequest,
  type Frame,
  type WireCommand,
  type WireData,
  type WireHeader,
  type WireMessage,
  type WirePayload,
  type WirePolicy,
  type WireReply,
} from './index.ts';
import { MINIMAL } from './testing/minimal-config.ts';

const policy: WirePolicy = { cpuids: [0], unikernels: 4n, memory: 512, block: 10, bridges: [] };
const limits = { frameBytesMax: CHUNK_BYTES_MAX + 1024 };

/** What a client of alice shows. */
function chainOf(commonName: string, command: WireCommand): readonly ChainCertificate[] {
  return [
    { commonName, extension: encodeExtension(command) },
    { commonName: 'alice', extension: encodeExtension({ kind: 'policy-add', policy }) },
  ];
}

/** What the server says over TLS. */
function answers(request: ChainRequest, payloads: readonly WirePayload[]): Uint8Array {
  const header: WireHeader = { sequence: 0n, name: request.name };
  const messages = payloads.map((payload): WireMessage => ({ header, payload }));
  return concatenate(messages.flatMap((message) => encodeFrame(encodeMessage(message))));
}

async function messagesIn(bytes: Uint8Array): Promise<readonly WireMessage[]> {
  const messages: WireMessage[] = [];
  for await (const frame of readFrames(inPieces(bytes), limits))
    if (frame.kind === 'content') messages.push(decodeMessage(frame.bytes));
  return messages;
}

/** As a socket gives it. */
async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

async function all(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return concatenate(pieces);
}

describe('who has this package', () => {
  it('takes a unikernel whose image follows as chunks, and answers', async () => {
    const image = new Uint8Array(200_000).fill(7);
    const chain = chainOf('web', { kind: 'unikernel-create', config: MINIMAL });
    const sent = await all(encodeChunks(inPieces(image), { compressed: false }));

    const request = readChain(chain);
    assert.deepEqual([request.name, request.policies[0]?.path], ['alice:web', 'alice:']);
    const frames: AsyncGenerator<Frame, void, undefined> = readFrames(inPieces(sent), limits);
    assert.deepEqual(await all(readChunks(frames)), image);

    const reply: WireReply = { kind: 'string', text: 'created unikernel' };
    const [answer] = await messagesIn(answers(request, [{ kind: 'reply', reply }]));
    assert.deepEqual(answer, {
      header: { sequence: 0n, name: 'alice:web' },
      payload: { kind: 'reply', reply },
    });
  });

  it('gives the content of a block device as data behind the reply', async () => {
    const content = new Uint8Array(150_000).fill(9);
    const request = readChain(chainOf('data', { kind: 'block-dump', level: 9 }));
    const pieces = [...cutIntoChunks(content, { compressed: true })];
    const data: readonly WireData[] = [
      ...pieces.map((bytes) => ({ kind: 'block-some', bytes }) as const),
      { kind: 'block-none' },
    ];
    const reply: WireReply = { kind: 'block-device-image', compressed: true };
    const [first, ...rest] = await messagesIn(
      answers(request, [
        { kind: 'reply', reply },
        ...data.map((one): WirePayload => ({ kind: 'data', data: one })),
      ]),
    );
    assert.deepEqual(first?.payload, { kind: 'reply', reply });
    assert.deepEqual(
      rest.map(({ payload }) => payload),
      data.map((one) => ({ kind: 'data', data: one })),
    );
  });

  it('tells of what is in a path without the path', () => {
    const { name } = readChain(chainOf('.', { kind: 'policy-info' }));
    assert.ok(isPathName(name));
    const path: PathName = name;
    const web = parseName('alice:web');
    assert.equal(absoluteName(relativeName(web, path), path), web);
  });

  it('gets one kind of error for bytes and one for certificates', () => {
    assert.throws(() => decodeMessage(new Uint8Array()), WireError);
    assert.throws(() => readChain([]), ChainError);
  });

  it('finds the extension by its number', () => {
    assert.equal(EXTENSION_OID, '1.3.6.1.4.1.49836.42');
  });
});
