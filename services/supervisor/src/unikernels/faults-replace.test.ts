import { preparing, requesting } from '../testing/fault-operations.ts';
import { testFaults } from '../testing/fault-trial.ts';

testFaults([
  {
    title: 'replacing what runs',
    before: 'running old',
    after: 'running new',
    prepare: preparing.running,
    request: requesting.forceCreate,
  },
  {
    title: 'replacing what was stopped',
    before: 'stopped old',
    after: 'running new',
    prepare: preparing.stopped,
    request: requesting.forceCreate,
  },
  {
    title: 'replacing what waits for its next try',
    before: 'backing-off old',
    after: 'running new',
    prepare: preparing.backingOff,
    request: requesting.forceCreate,
  },
]);
