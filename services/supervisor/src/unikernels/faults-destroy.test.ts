import { preparing, requesting } from '../testing/fault-operations.ts';
import { testFaults } from '../testing/fault-trial.ts';

testFaults([
  {
    title: 'destroying what runs',
    before: 'running old',
    after: '-',
    prepare: preparing.running,
    request: requesting.destroy,
  },
  {
    title: 'destroying what had ended',
    before: 'exited old',
    after: '-',
    prepare: preparing.exited,
    request: requesting.destroy,
  },
  {
    title: 'destroying what was stopped',
    before: 'stopped old',
    after: '-',
    prepare: preparing.stopped,
    request: requesting.destroy,
  },
  {
    title: 'destroying what waits for its next try',
    before: 'backing-off old',
    after: '-',
    prepare: preparing.backingOff,
    request: requesting.destroy,
  },
]);
