import assert from 'node:assert/strict';
import { it } from 'node:test';
import { amountOf, choiceOf, cpuRanges, listOf } from './policy-words.ts';

it('an amount is told with its unit, and none as none', () => {
  assert.equal(amountOf('unikernels', 1), '1 unikernel');
  assert.equal(amountOf('unikernels', 2), '2 unikernels');
  assert.equal(amountOf('unikernels', 0), 'no unikernels');
  assert.equal(amountOf('memoryMib', 64), '64 MiB of memory');
  assert.equal(amountOf('blockMib', 0), 'no block storage');
});

it('CPUs that follow each other are told as a range', () => {
  assert.deepEqual(cpuRanges([]), []);
  assert.deepEqual(cpuRanges([0, 1, 2, 3, 8, 10, 11]), ['0-3', '8', '10-11']);
});

it('what may be chosen is told with its number', () => {
  assert.equal(choiceOf('cpus', [0, 1, 2]), 'the CPUs 0-2');
  assert.equal(choiceOf('cpus', [7]), 'the CPU 7');
  assert.equal(choiceOf('bridges', ['br0', 'br1']), 'the bridges br0, br1');
  assert.equal(choiceOf('bridges', []), 'no bridges');
});

it('of a long list only the beginning is told', () => {
  const names = Array.from({ length: 12 }, (_, index) => `br${index}`);
  assert.equal(listOf(names), `${names.slice(0, 10).join(', ')} and 2 more`);
});
