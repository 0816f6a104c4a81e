import { findProgram } from '@albatross/shared/runtime/find-program';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { askProgram } from './ask-program.ts';
import { programFoldersOf } from './host-place.ts';

describe('a program that is asked', () => {
  it('answers on either of its streams', async () => {
    const answer = await askProgram('/bin/sh', ['-c', 'echo one; echo two >&2']);
    assert.deepEqual(answer, { kind: 'said', text: 'one\ntwo\n' });
  });

  it('is killed when it does not answer, whoever else holds its streams', async () => {
    assert.deepEqual(await askProgram('/bin/sh', ['-c', 'sleep 3 & wait'], 100), {
      kind: 'silent',
      why: 'did not answer within 100 ms',
    });
  });

  it('that fails, or says without end, has not answered', async () => {
    assert.equal((await askProgram('/bin/sh', ['-c', 'exit 1'])).kind, 'silent');
    assert.equal((await askProgram('/nonexistent', [])).kind, 'silent');
    assert.equal((await askProgram('/bin/sh', ['-c', 'yes'])).kind, 'silent');
  });

  it('is found in the first folder that has it as a program', async () => {
    await using folder = await TemporaryFolder.make();
    for (const name of ['one/x', 'two', 'three'])
      await mkdir(folder.file(name), { recursive: true });
    await writeFile(folder.file('two/x'), 'text', { mode: 0o644 });
    await writeFile(folder.file('three/x'), '', { mode: 0o755 });
    const folders = ['one', 'two', 'three', 'four'].map((name) => folder.file(name));
    assert.equal(findProgram('x', folders), folder.file('three/x'));
    assert.equal(findProgram('y', folders), null);
  });

  it('is looked for in absolute folders alone', () => {
    assert.deepEqual(programFoldersOf('.:/a::b:/a'), ['/a', '/usr/sbin', '/sbin']);
    assert.ok(programFoldersOf(undefined).includes('/usr/bin'));
  });
});
