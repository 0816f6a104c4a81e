import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgeNatsServer, judgeNode } from './programs.ts';

const said = (text: string) => ({ kind: 'said', text }) as const;

describe('the findings about programs', () => {
  it('fail for a Node.js that is too old', () => {
    const levels = ['20.20.2', '20.15.0', '22.1.0', '20.14.9', '18.20.1', 'x'].map(
      (text) => judgeNode(text).level,
    );
    assert.deepEqual(levels, ['ok', 'ok', 'ok', 'fail', 'fail', 'fail']);
  });

  it('fail for a nats-server that is missing, silent or too old', () => {
    assert.equal(judgeNatsServer(null, null).text, 'it is not installed');
    const path = '/usr/sbin/nats-server';
    const version = (text: string) => judgeNatsServer(path, said(text));
    assert.equal(version('nats-server: v2.9.10\n').text, `${path}, 2.9.10`);
    assert.equal(version('nats-server: v2.10.1-RC.2\n').text, `${path}, 2.10.1-RC.2`);
    assert.equal(version('nats-server: v2.8.4\n').level, 'fail');
    assert.equal(version('hello').level, 'warn');
    assert.equal(judgeNatsServer(path, { kind: 'silent', why: 'failed' }).level, 'fail');
  });
});
