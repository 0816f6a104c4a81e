import { preparing, requesting } from '../testing/fault-operations.ts';
import { testFaults } from '../testing/fault-trial.ts';

testFaults([
  {
    title: 'restarting',
    before: 'running old',
    after: 'running old',
    prepare: preparing.running,
    request: requesting.restart,
  },
  {
    title: 'restarting with changes',
    before: 'running old',
    after: 'running changed',
    prepare: preparing.running,
    request: requesting.change,
  },
  {
    title: 'restarting with changes what had ended',
    before: 'exited old',
    after: 'running changed',
    prepare: preparing.exited,
    request: requesting.change,
  },
  {
    title: 'restarting with changes what was stopped',
    before: 'stopped old',
    after: 'running changed',
    prepare: preparing.stopped,
    request: requesting.change,
  },
]);
