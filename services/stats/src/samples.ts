import { encode } from '@albatross/shared/bus/codec';
import {
  SAMPLES_PER_PAGE_MAX,
  type listStats,
  type Sample,
} from '@albatross/shared/contracts/stats';
import type { ReplyOf, RequestOf } from '@albatross/shared/contracts/request';
import { isPathName, isWithin, type UnikernelName } from '@albatross/shared/domain/name';
import type { SampledProcess } from './sampled-process.ts';

/** Samples in one page together have about so many bytes at most. */
export const SAMPLES_PAGE_BYTES_MAX = 256 * 1024;

type Page = Pick<ReplyOf<typeof listStats>, 'samples' | 'next'>;

/** The newest sample of each process. */
export class Samples {
  readonly #newest = new Map<UnikernelName, { sample: Sample; process: SampledProcess }>();

  get all(): readonly Sample[] {
    return [...this.#newest.values()].map(({ sample }) => sample);
  }

  get(name: UnikernelName): Sample | undefined {
    return this.#newest.get(name)?.sample;
  }

  put(sample: Sample, process: SampledProcess): void {
    this.#newest.set(sample.name, { sample, process });
  }

  /** Nothing happens to what another process of the same name has put there since. */
  remove(process: SampledProcess): void {
    if (this.#newest.get(process.name)?.process === process) this.#newest.delete(process.name);
  }

  /** Of a unikernel, or at and below a path, sorted by name; as many as fit a message. */
  page({ name, after }: RequestOf<typeof listStats>): Page {
    const names = [...this.#newest.keys()]
      .filter((one) => (isPathName(name) ? isWithin(one, name) : one === name))
      .filter((one) => after === undefined || one > after)
      .toSorted();
    const samples: Sample[] = [];
    let bytes = 0;
    for (const sample of names.slice(0, SAMPLES_PER_PAGE_MAX).map((one) => this.get(one))) {
      if (sample === undefined) continue;
      bytes += encode(sample).byteLength;
      if (bytes > SAMPLES_PAGE_BYTES_MAX && samples.length > 0) break;
      samples.push(sample);
    }
    const last = samples.at(-1);
    return {
      samples,
      next: last !== undefined && samples.length < names.length ? last.name : null,
    };
  }
}
