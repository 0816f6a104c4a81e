import type { Sample } from '@albatross/shared/contracts/stats';
import type { HostSample } from '@albatross/shared/contracts/host-stats';
import { Slices } from '../slices.ts';
import type { Heartbeats } from './heartbeats.ts';
import { exposeHost } from './host-families.ts';
import { exposePaths } from './path-families.ts';
import { exposeProcesses } from './process-families.ts';
import { exposeUnikernels } from './unikernel-families.ts';

/** What the newest sweep found. It is read while others run: neither the list nor the samples may change. */
export interface Sweep {
  /** Differs from that of every other sweep. */
  readonly sequence: number;
  /** Null before the first one. */
  readonly host: HostSample | null;
  readonly samples: readonly Sample[];
}

interface Sources {
  readonly sweep: () => Sweep;
  readonly heartbeats: Pick<Heartbeats, 'newest' | 'domains'>;
}

/**
 * The page with everything. What there may be thousands of is put into words once for each sweep, or each
 * heartbeat of the supervisor, and only when somebody asks; the few processes each time, for their age.
 */
export class MetricsPage {
  readonly #sources: Sources;
  readonly #sampled = new Kept<number>();
  readonly #paths = new Kept<object>();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** The page is these, one behind the other. Whoever asks while it is made gets the same. */
  async read(): Promise<readonly Uint8Array[]> {
    const { sweep, heartbeats } = this.#sources;
    const { sequence, host, samples } = sweep();
    const domains = heartbeats.domains();
    const kept = await Promise.all([
      this.#sampled.get(sequence, () => sampledOf(host, samples)),
      this.#paths.get(domains, () => exposePaths(domains)),
    ]);
    return [Buffer.from([...exposeProcesses(heartbeats.newest())].join('')), ...kept];
  }
}

function* sampledOf(host: HostSample | null, samples: readonly Sample[]): Generator<string> {
  yield* exposeHost(host);
  yield* exposeUnikernels(samples);
}

/** The text of what has this key; that of the key before is forgotten. */
class Kept<Key> {
  #newest: { readonly key: Key; readonly bytes: Promise<Uint8Array> } | null = null;

  async get(key: Key, text: () => Iterable<string>): Promise<Uint8Array> {
    if (this.#newest?.key !== key) this.#newest = { key, bytes: inSlices(text()) };
    return await this.#newest.bytes;
  }
}

async function inSlices(text: Iterable<string>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const slices = new Slices();
  for (const piece of text) {
    pieces.push(Buffer.from(piece));
    if (slices.isOver) await slices.pause();
  }
  return Buffer.concat(pieces);
}
