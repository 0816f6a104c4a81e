import { bytesSource } from '../image-source.ts';
import type { ImageSource } from '../image-source.ts';

/** Counts what is read, and throws `RangeError` when asked for what the image does not have. */
export class AuditedSource implements ImageSource {
  readonly size: number;
  readonly #source: ImageSource;
  reads = 0;
  bytesRead = 0;

  constructor(source: ImageSource | Uint8Array) {
    this.#source = source instanceof Uint8Array ? bytesSource(source) : source;
    this.size = this.#source.size;
  }

  read(offset: number, length: number): Uint8Array {
    for (const number of [offset, length, offset + length]) {
      if (!Number.isSafeInteger(number) || number < 0 || number > this.size) {
        throw new RangeError(`asked for ${length} bytes at ${offset} of ${this.size}`);
      }
    }
    this.reads += 1;
    this.bytesRead += length;
    return this.#source.read(offset, length);
  }
}
