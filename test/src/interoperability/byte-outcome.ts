import type { ByteLikeness } from './byte-steps.ts';
import type { Outcome } from './cell.ts';

interface Expected {
  readonly likeness: ByteLikeness;
  /** Unless they are the same bytes. */
  readonly why?: string;
}

/** Of what came; without it, what is expected. What is unlike in another way says what the client said. */
export function byteOutcome(
  title: string,
  expected: Expected,
  manner: ByteLikeness | 'something else' = expected.likeness,
  said = '',
): Outcome {
  const why = manner === expected.likeness ? expected.why : `${manner}: ${said}`;
  return { title, manner, cell: cellOf(manner, why) };
}

function cellOf(manner: ByteLikeness | 'something else', why = 'nobody said why'): Outcome['cell'] {
  // The original does not make the same signature twice either.
  const isSame = manner === 'the same bytes' || manner === 'the same but for a random signature';
  return isSame ? { kind: 'equal' } : { kind: 'differs', why };
}
