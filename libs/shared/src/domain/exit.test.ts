import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { describeExit, parseExit } from './exit.ts';

describe('the end of a life', () => {
  it('is a status when the shell gives no reason, even one above 128', () => {
    for (const status of [0, 1, 64, 83, 128, 143, 255]) {
      assert.deepEqual(parseExit(`${status} \n`), { kind: 'status', status });
    }
  });

  it('is a signal when the shell gives a reason', () => {
    assert.deepEqual(parseExit('143 Terminated\n'), { kind: 'signal', signal: 15 });
    assert.deepEqual(parseExit('137 Killed\n'), { kind: 'signal', signal: 9 });
    assert.deepEqual(parseExit('139 Segmentation fault (core dumped)\n'), {
      kind: 'signal',
      signal: 11,
    });
  });

  it('is a signal for the two of which the shell says nothing', () => {
    assert.deepEqual(parseExit('130 \n'), { kind: 'signal', signal: 2 });
    assert.deepEqual(parseExit('141 \n'), { kind: 'signal', signal: 13 });
  });

  it('is a status up to 128, whatever else was complained about', () => {
    assert.deepEqual(parseExit('127 setpriv: not found\n'), { kind: 'status', status: 127 });
  });

  it('is unknown when the record is empty, cut off or something else', () => {
    for (const text of [
      '',
      '1',
      '1 ',
      '14',
      '1\n',
      ' 1 \n',
      '-1 \n',
      '1000 \n',
      'x \n',
      '1 \n2 \n',
    ]) {
      assert.deepEqual(parseExit(text), { kind: 'unknown' }, JSON.stringify(text));
    }
  });

  it('is some end, whatever stands in the record', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.string(), (status, reason) => {
        const exit = parseExit(`${status} ${reason}\n`);
        if (exit.kind === 'status') assert.equal(exit.status, status);
        if (exit.kind === 'signal') assert.equal(exit.signal + 128, status);
        assert.equal(exit.kind === 'unknown', reason.includes('\n'));
      }),
    );
  });

  it('is told for people', () => {
    assert.equal(describeExit({ kind: 'status', status: 3 }), 'status 3');
    assert.equal(describeExit({ kind: 'signal', signal: 15 }), 'signal 15');
    assert.equal(describeExit({ kind: 'unknown' }), 'unknown');
  });
});

describe("the shell's own record of an end", () => {
  /** As a keeper makes it: what the shell says of a child that a signal ended goes to its stderr. */
  function recordOf(command: string): string {
    const shell = spawnSync('sh', ['-c', '( exec sh -c "$1" ); echo $?', 'sh', command], {
      encoding: 'utf8',
    });
    return `${shell.stdout.trim()} ${shell.stderr.split('\n')[0]}\n`;
  }

  it('tells a death by a signal from an exit with the same number', () => {
    for (const [signal, number] of [
      ['TERM', 15],
      ['KILL', 9],
      ['SEGV', 11],
      ['HUP', 1],
    ] as const) {
      assert.deepEqual(parseExit(recordOf(`kill -${signal} $$`)), {
        kind: 'signal',
        signal: number,
      });
      const status = 128 + number;
      assert.deepEqual(parseExit(recordOf(`exit ${status}`)), { kind: 'status', status });
    }
  });
});
