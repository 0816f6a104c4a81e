import * as fc from 'fast-check';
import {
  NAME_BYTES_MAX,
  parseName,
  parseUnikernelName,
  type Name,
  type PathName,
  type UnikernelName,
} from '../name.ts';

/** Any legal label, as it is after parsing. */
const label = fc.stringMatching(/^[a-z0-9.][a-z0-9.-]{0,62}$/);

const labels = fc
  .array(label, { minLength: 1, maxLength: 6 })
  .map((list) => list.join(':'))
  .filter((text) => text.length < NAME_BYTES_MAX);

export const unikernelName: fc.Arbitrary<UnikernelName> = labels.map(parseUnikernelName);

/** The root, other paths and unikernels. */
export const name: fc.Arbitrary<Name> = fc.oneof(
  { weight: 4, arbitrary: unikernelName },
  { weight: 4, arbitrary: labels.map((text) => parseName(`${text}:`)) },
  { weight: 1, arbitrary: fc.constant(parseName(':')) },
);

const fewLabels = fc.array(fc.constantFrom('a', 'b', '.', 'a.b'), { maxLength: 3 });

export const pathAmongFew: fc.Arbitrary<PathName> = fewLabels.map(
  (list) => parseName(`${list.join(':')}:`) as PathName,
);

/** One of few names: two of them are often the same, or one is above the other. */
export const nameAmongFew: fc.Arbitrary<Name> = fc.oneof(
  pathAmongFew,
  fewLabels.filter((list) => list.length > 0).map((list) => parseName(list.join(':'))),
);
