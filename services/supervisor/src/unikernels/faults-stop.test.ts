import { preparing, requesting } from '../testing/fault-operations.ts';
import { testFaults } from '../testing/fault-trial.ts';

testFaults([
  {
    title: 'stopping',
    before: 'running old',
    after: 'stopped old',
    prepare: preparing.running,
    request: requesting.stop,
  },
  {
    title: 'stopping what waits for its next try',
    before: 'backing-off old',
    after: 'stopped old',
    prepare: preparing.backingOff,
    request: requesting.stop,
  },
  {
    title: 'starting what was stopped',
    before: 'stopped old',
    after: 'running old',
    prepare: preparing.stopped,
    request: requesting.start,
  },
  {
    title: 'starting what had ended',
    before: 'exited old',
    after: 'running old',
    prepare: preparing.exited,
    request: requesting.start,
  },
]);
