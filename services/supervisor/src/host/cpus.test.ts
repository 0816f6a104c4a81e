import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { describe, it } from 'node:test';
import { onlineCpus, ownCpus, parseCpuList } from './cpus.ts';

describe('parseCpuList', () => {
  const lists: readonly [string, readonly number[]][] = [
    ['0', [0]],
    ['0-1\n', [0, 1]],
    ['0-2,8,10-11', [0, 1, 2, 8, 10, 11]],
    ['3,1-2,2', [1, 2, 3]],
  ];
  for (const [text, expected] of lists)
    it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(parseCpuList(text), expected));

  for (const text of ['', ',', '0,', 'a', '-1', '2-1', '0-', '0-99999', '0 1', '0x1'])
    it(`is null for ${JSON.stringify(text)}`, () => assert.equal(parseCpuList(text), null));
});

describe('the CPUs of this machine', () => {
  it('are as many as others count', () => assert.equal(onlineCpus().length, cpus().length));

  it('are those a child is given', () => {
    const list = execFileSync('sh', ['-c', 'exec taskset -pc $$'], { encoding: 'utf8' });
    assert.deepEqual(parseCpuList(list.split(': ')[1] ?? ''), ownCpus());
  });
});
