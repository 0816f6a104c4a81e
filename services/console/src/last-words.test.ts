import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LastWords } from './last-words.ts';

function status(...reads: readonly string[]): number | null {
  const words = new LastWords();
  for (const read of reads) words.take(Buffer.from(read, 'latin1'));
  return words.status;
}

describe('the last words of a life', () => {
  it('are what Solo5 says, as an exit status', () => {
    assert.equal(status('Solo5: solo5_exit(0) called\n'), 0);
    assert.equal(status('Solo5: solo5_exit(42) called\r\n'), 42);
    assert.equal(status('Solo5: solo5_exit(256) called\n'), 0);
    assert.equal(status('Solo5: solo5_exit(-1) called\n'), 255);
    assert.equal(status('Solo5: solo5_abort() called\n'), 255);
    assert.equal(status('Solo5: solo5_exit(3) called'), 3);
    assert.equal(status('a line without an endSolo5: solo5_exit(3) called\n'), 3);
  });

  it('are none where it does not say it', () => {
    for (const text of [
      '',
      'one\n',
      'Solo5: solo5_exit() called\n',
      'Solo5: solo5_exit(3) called?\n',
      'Solo5: solo5_exit(99999999999) called\n',
      'Solo5: ABORT: mem.c:54: Not enough memory\n',
    ])
      assert.equal(status(text), null, text);
  });

  it('are the last of several', () => {
    assert.equal(status('Solo5: solo5_exit(1) called\nSolo5: solo5_exit(2) called\n'), 2);
  });

  it('are found in front of what others print at the end, and not far from it', () => {
    const said = 'Solo5: solo5_exit(5) called\n';
    assert.equal(status(said, 'qemu: x\n'.repeat(15)), 5);
    assert.equal(status(said, 'qemu: x\n'.repeat(16)), null);
  });

  it('are found in whatever pieces they came, behind any amount of anything', () => {
    const said = 'Solo5: solo5_exit(6) called\n';
    for (let cut = 0; cut <= said.length; cut += 1)
      for (const before of ['', 'x'.repeat(1000), '\xff\0\n'.repeat(20_000)])
        assert.equal(status(before, said.slice(0, cut), said.slice(cut)), 6);
    assert.equal(status('y\n'.repeat(5000), ...Buffer.from(said).toString().split('')), 6);
  });
});
