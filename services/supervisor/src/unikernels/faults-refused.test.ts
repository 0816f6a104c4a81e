import { preparing, requesting } from '../testing/fault-operations.ts';
import { testFaults } from '../testing/fault-trial.ts';

testFaults([
  {
    title: 'replacing what runs by what does not start',
    before: 'running old',
    after: 'running new',
    isRefused: true,
    prepare: preparing.running,
    request: requesting.forceCreate,
  },
  {
    title: 'replacing what had ended by what does not start',
    before: 'exited old',
    after: 'running new',
    isRefused: true,
    prepare: preparing.exited,
    request: requesting.create,
  },
  {
    title: 'restarting with changes with which it does not start',
    before: 'running old',
    after: 'running changed',
    isRefused: true,
    prepare: preparing.running,
    request: requesting.change,
  },
  {
    title: 'restarting what was stopped with changes with which it does not start',
    before: 'stopped old',
    after: 'running changed',
    isRefused: true,
    prepare: preparing.stopped,
    request: requesting.change,
  },
]);
