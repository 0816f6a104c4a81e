import { labelsOf, type Name } from '@albatross/shared/domain/name';
import { name as anyName } from '@albatross/shared/domain/testing/arbitrary-name';
import * as fc from 'fast-check';
import { config, policy } from './arbitrary-config.ts';

export const state = fc.record({ unikernels: entriesOf(config), policies: entriesOf(policy) });

function entriesOf<T>(
  value: fc.Arbitrary<T>,
): fc.Arbitrary<{ readonly name: Name; readonly value: T }[]> {
  return fc.uniqueArray(fc.record({ name: anyName, value }), {
    maxLength: 4,
    selector: (entry) => labelsOf(entry.name).join(':'),
  });
}
