import { VERSION } from '@albatross/shared/runtime/version';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgeProcesses, type HeardProcess } from './processes.ts';

const HOUR = 3_600_000;

function heard(
  process: HeardProcess['process'],
  pid: number,
  more: Partial<HeardProcess> = {},
): HeardProcess {
  return { process, pid, version: VERSION, startedAt: 0, at: 2 * HOUR, ...more };
}

const ALL = [heard('supervisor', 1), heard('console', 2), heard('stats', 3)];

function verdicts(...ones: readonly HeardProcess[]): readonly string[] {
  return judgeProcesses(ones, 12_000, 'npm start').map(({ level, check }) => `${level} ${check}`);
}

describe('the findings about processes', () => {
  it('name those that are silent, of the ones that are always there', () => {
    assert.deepEqual(verdicts(...ALL), ['ok supervisor', 'ok console', 'ok stats']);
    assert.deepEqual(verdicts(heard('console', 2), heard('tls-gateway', 4)), [
      'fail supervisor',
      'ok console',
      'fail stats',
      'ok tls-gateway',
    ]);
  });

  it('name one that was heard as two processes', () => {
    const [finding] = judgeProcesses([...ALL, heard('supervisor', 9)], 12_000, 'npm start');
    assert.ok(finding?.level === 'fail');
    assert.match(finding.text, /heard as processes 1 and 9$/);
    assert.equal(finding.mend, 'ps -o pid,etime,args -p 1,9');
  });

  it('name one that began while others went on, but none when all have just begun', () => {
    const young = { startedAt: 2 * HOUR - 5_000 };
    const [supervisor, console, stats] = ALL;
    assert.ok(supervisor && console && stats);
    assert.deepEqual(verdicts(supervisor, console, { ...stats, ...young })[2], 'warn stats');
    assert.deepEqual(verdicts(...ALL.map((one) => ({ ...one, ...young }))), [
      'ok supervisor',
      'ok console',
      'ok stats',
    ]);
  });

  it('name one of another version', () => {
    assert.deepEqual(verdicts(heard('supervisor', 1, { version: '9' }))[0], 'warn supervisor');
  });
});
