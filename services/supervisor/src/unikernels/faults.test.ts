import { preparing, requesting } from '../testing/fault-operations.ts';
import { testFaults } from '../testing/fault-trial.ts';

testFaults([
  {
    title: 'creating',
    before: '-',
    after: 'running new',
    prepare: preparing.nothing,
    request: requesting.create,
  },
  {
    title: 'replacing what had ended',
    before: 'exited old',
    after: 'running new',
    prepare: preparing.exited,
    request: requesting.create,
  },
  {
    title: 'creating again what was destroyed',
    before: '-',
    after: 'running new',
    prepare: preparing.gone,
    request: requesting.create,
  },
]);
