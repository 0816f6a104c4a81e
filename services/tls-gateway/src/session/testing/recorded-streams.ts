import { decodeMessage, readFrames, type Frame, type WireMessage } from '@albatross/wire';
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const VECTORS = new URL('../../../../../libs/wire/vectors/', import.meta.url);
const FRAME_BYTES_MAX = 2 ** 26;

/** The names of what was recorded there, without the ending of what is packed. */
export function recordedIn(folder: 'local' | 'tls-replies' | 'chunks'): readonly string[] {
  return readdirSync(new URL(`${folder}/`, VECTORS))
    .map((file) => `${folder}/${file.replace(/\.gz$/, '')}`)
    .toSorted();
}

/** What the original sent. */
export function recordedBytes(name: string): Uint8Array {
  const folder = new URL(`${name.slice(0, name.lastIndexOf('/'))}/`, VECTORS);
  const file = name.slice(name.lastIndexOf('/') + 1);
  const packed = readdirSync(folder).includes(`${file}.gz`);
  const bytes = readFileSync(new URL(packed ? `${file}.gz` : file, folder));
  return new Uint8Array(packed ? gunzipSync(bytes) : bytes);
}

/** Its frames, those of the chunks among them. */
export async function recordedFrames(name: string): Promise<readonly Frame[]> {
  const frames: Frame[] = [];
  const source = once(recordedBytes(name));
  for await (const frame of readFrames(source, { frameBytesMax: FRAME_BYTES_MAX }))
    frames.push(frame);
  return frames;
}

/** What all of its frames are, when none is a chunk. */
export async function recordedMessages(name: string): Promise<readonly WireMessage[]> {
  const frames = await recordedFrames(name);
  return frames.map((frame) => {
    if (frame.kind === 'end') throw new RangeError(`${name} has an end in it`);
    return decodeMessage(frame.bytes);
  });
}

async function* once<T>(value: T): AsyncGenerator<T, void, undefined> {
  yield value;
}
