import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Child } from './testing/child.ts';

const start = (what: string): Child =>
  Child.start(new URL('./testing/run-program.ts', import.meta.url), what);

describe('a process', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`closes what it opened in reverse and ends with status 0 on ${signal}`, async () => {
      await using child = start('opens-two');
      assert.equal(await child.line(), 'started');
      child.kill(signal);
      assert.deepEqual(await child.rest(), ['closing the second', 'closing the first']);
      assert.deepEqual(await child.end(), { status: 0, signal: null, stderr: '' });
    });
  }

  it('closes and ends with status 0 when it is stopped while it starts', async () => {
    await using child = start('is-stopped-while-starting');
    assert.equal(await child.line(), 'starting');
    child.kill('SIGTERM');
    assert.deepEqual(await child.end(), { status: 0, signal: null, stderr: '' });
  });

  it('that cannot start says why in one line, closes what was open and ends with status 1', async () => {
    await using child = start('cannot-start');
    assert.deepEqual(await child.rest(), ['closing what was open']);
    const stderr = 'program: there is no bus\n';
    assert.deepEqual(await child.end(), { status: 1, signal: null, stderr });
  });

  it('with a defect tells its stack and its cause, and ends with status 1', async () => {
    await using child = start('has-a-defect');
    const { status, stderr } = await child.end();
    assert.equal(status, 1);
    assert.match(stderr, /^program: Error: a defect\n +at .*run-program/);
    assert.match(stderr, /its cause/);
  });

  it('that fails to close something closes the rest, says what failed and ends with status 1', async () => {
    await using child = start('fails-to-close');
    assert.equal(await child.line(), 'started');
    child.kill('SIGTERM');
    assert.deepEqual(await child.rest(), ['closing the second', 'closing the first']);
    const { status, stderr } = await child.end();
    assert.equal(status, 1);
    assert.match(stderr, /it is stuck/);
  });

  it('ends all the same, with status 2, when closing does not', async () => {
    await using child = start('never-closes');
    assert.equal(await child.line(), 'started');
    child.kill('SIGTERM');
    assert.equal((await child.end()).status, 2);
  });

  it('ends all the same when it could not start and closing does not end', async () => {
    await using child = start('cannot-start-and-never-closes');
    const stderr = 'program: there is no bus\n';
    assert.deepEqual(await child.end(), { status: 2, signal: null, stderr });
  });

  it('ends all the same when something was left open', async () => {
    await using child = start('leaves-something-open');
    assert.equal(await child.line(), 'started');
    child.kill('SIGTERM');
    assert.equal((await child.end()).status, 2);
  });
});
