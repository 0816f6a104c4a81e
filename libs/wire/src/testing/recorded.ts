import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { FrameReader } from '../framing/frame-reader.ts';
import type { Frame } from '../framing/frame.ts';

export interface Recording {
  /** As it lies in `vectors/`. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** What lies in a folder of `vectors/`, in the order of the names. */
export function recordingsIn(folder: string): readonly Recording[] {
  const url = new URL(`../../vectors/${folder}/`, import.meta.url);
  return readdirSync(url)
    .toSorted()
    .map((name) => {
      const bytes = readFileSync(new URL(name, url));
      const plain = name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
      return { file: `${folder}/${name}`, bytes: new Uint8Array(plain) };
    });
}

/** The frames of a whole stream, however large. */
export function framesOf(bytes: Uint8Array): readonly Frame[] {
  const reader = new FrameReader({ frameBytesMax: bytes.length });
  const frames = reader.push(bytes);
  reader.finish();
  return frames;
}
