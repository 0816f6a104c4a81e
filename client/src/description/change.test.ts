import type { UnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { imagesNeeded, undone, wayOf, type UnikernelChange } from './change.ts';
import { plainUnikernel } from '../testing/plain-unikernel.ts';
import type { Unikernel } from './tree.ts';

const WEB = plainUnikernel();

const NAME = 'foo:web' as UnikernelName;

function change(before: Unikernel | null, after: Unikernel | null): UnikernelChange {
  return { kind: 'unikernel', name: NAME, before, after };
}

it('the image is at hand when what was started has ended, and is to be stopped again', () => {
  const started = change({ ...WEB, state: 'stopped' }, WEB);
  const back = undone(started, { ...WEB, state: 'ended' });
  assert.deepEqual([wayOf(started), back.kind === 'unikernel' && wayOf(back)], ['start', 'create']);
  assert.deepEqual(imagesNeeded(started), [WEB.digest]);
});

it('no image is needed where it stays and what runs, runs on', () => {
  assert.deepEqual(imagesNeeded(change(WEB, { ...WEB, memoryMib: 64 })), []);
  assert.deepEqual(imagesNeeded(change(WEB, { ...WEB, state: 'stopped' })), []);
});
