import type { KeptSample } from '@albatross/shared/bus/stats-reader';
import type { Database } from './database.ts';

/** What became of samples, each in one of the lists. */
export interface Delivery {
  readonly written: readonly KeptSample[];
  /** The database does not take it, not even alone. */
  readonly refused: readonly RefusedSample[];
  /** To be tried again. */
  readonly left: readonly KeptSample[];
  /** Why some are left; null when none are, or only because it was told to stop. */
  readonly why: string | null;
}

export interface RefusedSample {
  readonly kept: KeptSample;
  readonly why: string;
}

export interface DeliveryParts {
  readonly database: Pick<Database, 'write'>;
  readonly linesOf: (kept: KeptSample) => readonly string[];
  readonly stop: AbortSignal;
}

/**
 * Writes samples together. A refusal says nothing about which of them is meant: they are written in halves
 * then, until it is known. Never throws.
 */
export async function deliver(
  samples: readonly KeptSample[],
  parts: DeliveryParts,
): Promise<Delivery> {
  if (parts.stop.aborted) return { ...NOTHING, left: samples };
  const lines = samples.flatMap(parts.linesOf);
  if (lines.length === 0) return { ...NOTHING, written: samples };
  const outcome = await parts.database.write(lines);
  const { kind } = outcome;
  if (kind === 'written') return { ...NOTHING, written: samples };
  if (kind === 'failed') return { ...NOTHING, left: samples, why: outcome.why };
  const [first] = samples;
  if (samples.length === 1 && first !== undefined)
    return { ...NOTHING, refused: [{ kept: first, why: outcome.why }] };
  const middle = Math.ceil(samples.length / 2);
  const one = await deliver(samples.slice(0, middle), parts);
  const rest = samples.slice(middle);
  // A database that fails is not asked once more for the rest.
  const other = one.why === null ? await deliver(rest, parts) : { ...NOTHING, left: rest };
  return {
    written: [...one.written, ...other.written],
    refused: [...one.refused, ...other.refused],
    left: [...one.left, ...other.left],
    why: one.why ?? other.why,
  };
}

const NOTHING: Delivery = { written: [], refused: [], left: [], why: null };
