import { preparing, requesting } from '../testing/fault-operations.ts';
import { testKilledTwice } from '../testing/fault-trial.ts';

testKilledTwice([
  {
    title: 'replacing what runs',
    before: 'running old',
    after: 'running new',
    prepare: preparing.running,
    request: requesting.forceCreate,
  },
  {
    title: 'stopping',
    before: 'running old',
    after: 'stopped old',
    prepare: preparing.running,
    request: requesting.stop,
  },
  {
    title: 'destroying',
    before: 'running old',
    after: '-',
    prepare: preparing.running,
    request: requesting.destroy,
  },
]);
