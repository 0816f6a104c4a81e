import { decodeMessage } from '@albatross/wire';
import { inspect } from 'node:util';
import { framesIn } from './answer.ts';
import type { Outcome } from './cell.ts';
import { likenessOf, type Likeness } from './likeness.ts';

interface Expected {
  readonly likeness: Likeness;
  /** Of what differs. */
  readonly why?: string;
}

export function expectedOutcome(title: string, { likeness, why }: Expected): Outcome {
  return { title, manner: likeness, cell: cellOf(likeness, why) };
}

/** Of what came. What is unlike in another way than expected says what it was. */
export function outcomeOf(
  title: string,
  expected: Expected,
  ours: Buffer,
  theirs: Buffer,
): Outcome {
  const manner = likenessOf(ours, theirs);
  const isExpected = manner === expected.likeness;
  const why = isExpected ? expected.why : `${shown(ours)} instead of ${shown(theirs)}`;
  return { title, manner, cell: cellOf(manner, why) };
}

function cellOf(likeness: Likeness, why = 'nobody said why'): Outcome['cell'] {
  const isOther =
    likeness === 'something else' ||
    likeness.endsWith('sizes of block devices') ||
    likeness.endsWith('the original does it');
  if (isOther) return { kind: 'differs', why };
  return { kind: likeness === 'the same bytes' ? 'equal' : 'works' };
}

function shown(stream: Buffer): string {
  const messages = framesIn(stream)
    .slice(0, 2)
    .map((frame) => decodeMessage(frame));
  return inspect(messages, { depth: 8, breakLength: Infinity, maxStringLength: 200 });
}
