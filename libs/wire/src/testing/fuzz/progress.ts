import { readFileSync, writeSync } from 'node:fs';

/** What the fuzzer is at. It stands in a file, where it is found also after a hang or a death. */
export interface Progress {
  readonly rounds: number;
  /** The number of the target. */
  readonly target: number;
  readonly input: Uint8Array;
}

const HEAD_BYTES = 12;

/**
 * ```text
 * file = rounds target length input      ; the first three of 4 bytes; what is behind the input is old
 * ```
 */
export function writeProgress(file: number, { rounds, target, input }: Progress): void {
  const bytes = Buffer.alloc(HEAD_BYTES + input.length);
  bytes.writeUInt32BE(rounds % 2 ** 32, 0);
  bytes.writeUInt32BE(target, 4);
  bytes.writeUInt32BE(input.length, 8);
  bytes.set(input, HEAD_BYTES);
  writeSync(file, bytes, 0, bytes.length, 0);
}

/** Of a file that nothing was written to yet: no rounds. */
export function readProgress(path: string): Progress {
  const bytes = readFileSync(path);
  if (bytes.length < HEAD_BYTES) return { rounds: 0, target: 0, input: new Uint8Array() };
  const end = HEAD_BYTES + bytes.readUInt32BE(8);
  return {
    rounds: bytes.readUInt32BE(0),
    target: bytes.readUInt32BE(4),
    input: new Uint8Array(bytes.subarray(HEAD_BYTES, end)),
  };
}
