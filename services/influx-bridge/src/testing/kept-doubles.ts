import type { KeptSample } from '@albatross/shared/bus/stats-reader';
import { sampleOf } from '@albatross/shared/bus/testing/samples';

export interface KeptDouble extends KeptSample {
  /** What was said of it, in order. */
  readonly said: ('acknowledged' | 'released')[];
}

/** A kept sample that writes down what becomes of it. */
export function keptDouble(name: string, at = 1_000): KeptDouble {
  const said: KeptDouble['said'] = [];
  return {
    sample: sampleOf(name, at),
    said,
    acknowledge: () => void said.push('acknowledged'),
    release: () => void said.push('released'),
  };
}
