import assert from 'node:assert/strict';
import { concatenate } from '../../der/writer.ts';
import { decodeExtension, encodeExtension } from '../../extension.ts';
import { FrameReader } from '../../framing/frame-reader.ts';
import type { Frame } from '../../framing/frame.ts';
import { decodeMessage, encodeMessage } from '../../message.ts';
import { decodeState, encodeState, type StateEntry } from '../../state-file.ts';
import { WireError } from '../../wire-error.ts';
import { COMMANDS } from '../command-vectors.ts';
import { NEWEST_EXTENSIONS, OLDER_EXTENSIONS, REFUSED_EXTENSIONS } from '../extension-vectors.ts';
import { hex } from '../hex.ts';
import { framesOf, recordingsIn } from '../recorded.ts';
import { ANSWERS } from '../reply-vectors.ts';
import { OLDER_STATES, STATE } from '../states.ts';
import { INPUT_BYTES_MAX } from './mutate.ts';
import type { Target } from './target.ts';
import { weigh } from './weigh.ts';

/** Every decoder of bytes from others, with all vectors that fit. */
export function allTargets(): readonly Target[] {
  const streams = ['local', 'internal', 'tls-replies', 'chunks']
    .flatMap((folder) => recordingsIn(folder))
    .map(({ bytes }) => bytes);
  const messages = streams
    .flatMap((bytes) => framesOf(bytes))
    .flatMap((frame) => (frame.kind === 'content' ? [frame.bytes] : []));
  const vectors = [...COMMANDS, ...ANSWERS].map(({ bytes }) => bytes);
  const extensions = [...NEWEST_EXTENSIONS, ...OLDER_EXTENSIONS, ...REFUSED_EXTENSIONS];
  const states = [STATE, ...OLDER_STATES.map(({ text }) => text)];
  return [
    target('message', [...vectors, ...messages], decodeMessage, (message) =>
      concatenate(encodeMessage(message)),
    ),
    target(
      'extension',
      [
        ...extensions.map(([, text]) => hex(text)),
        ...recordingsIn('extensions').map(({ bytes }) => bytes),
      ],
      decodeExtension,
      encodeExtension,
    ),
    target('state', states.map(hex), decodeState, ({ unikernels, policies }) =>
      encodeState({ unikernels: readable(unikernels), policies: readable(policies) }),
    ),
    { ...frames, seeds: fitting(streams) },
  ];
}

function target<T>(
  name: string,
  seeds: readonly Uint8Array[],
  decode: (bytes: Uint8Array) => T,
  encode: (value: T) => Uint8Array,
): Target {
  return {
    name,
    seeds: fitting(seeds),
    read: decode,
    check: (_value, bytes) => {
      const value = decode(bytes);
      // A few members of little, and what stands for what was not said.
      assert.ok(weigh(value, bytes) <= 100 + 8 * bytes.length, 'it holds more than there was');
      const once = encode(value);
      assert.deepEqual(encode(decode(once)), once, 'it is written in two ways');
    },
  };
}

const FRAME_BYTES_MAX = 4096;

/** In pieces as in one, and never with more memory than twice what came. */
const frames: Omit<Target, 'seeds'> = {
  name: 'frames',
  read: (bytes) => {
    const inOne = collect(bytes, bytes.length + 1);
    const size = 1 + (bytes[0] ?? 0) + (bytes[bytes.length - 1] ?? 0);
    const inPieces = collect(bytes, size);
    assert.deepEqual(inPieces, inOne);
    if (inOne.refusal !== null) throw inOne.refusal;
    return inOne.frames;
  },
  check: () => {},
};

interface Collected {
  readonly frames: readonly Frame[];
  readonly refusal: WireError | null;
}

function collect(bytes: Uint8Array, size: number): Collected {
  const reader = new FrameReader({ frameBytesMax: FRAME_BYTES_MAX });
  const read: Frame[] = [];
  try {
    for (let at = 0; at < bytes.length; at += size) {
      read.push(...reader.push(bytes.subarray(at, at + size)));
      assert.ok(reader.heldBytes <= 2 * Math.min(bytes.length, FRAME_BYTES_MAX), 'it holds more');
    }
    reader.finish();
    return { frames: read, refusal: null };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return { frames: read, refusal: error };
  }
}

function fitting(seeds: readonly Uint8Array[]): readonly Uint8Array[] {
  return seeds.filter(({ length }) => length <= INPUT_BYTES_MAX);
}

/** What can be written again. */
function readable<T>(
  entries: readonly StateEntry<T>[],
): Extract<StateEntry<T>, { kind: 'read' }>[] {
  return entries.filter((entry) => entry.kind === 'read');
}
