import { Failure } from '@albatross/shared/contracts/failures';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { ToyTree, type Mishap } from '../testing/toy-tree.ts';
import { changeLine, changeToJson } from './change-view.ts';
import { carryOut, type Hands } from './carry-out.ts';
import { plainUnikernel } from '../testing/plain-unikernel.ts';
import type { Change } from './change.ts';
import type { Tree, Unikernel } from './tree.ts';

const NAME = 'foo:web' as UnikernelName;
const BLOCK = 'foo:data' as UnikernelName;
const MORE = 'foo:more' as UnikernelName;
const WEB = plainUnikernel({ arguments: ['secret'] });

function toy(web: Unikernel, mishap: Mishap | null = null): ToyTree {
  const tree: Tree = {
    policies: new Map(),
    blocks: new Map([[BLOCK, 2]]),
    unikernels: new Map([[NAME, web]]),
  };
  return new ToyTree(tree, mishap);
}

function change(before: Unikernel | null, after: Unikernel | null): Change {
  return { kind: 'unikernel', name: NAME, before, after };
}

const LESS: Change = { kind: 'block', name: BLOCK, before: 2, after: null };

async function failing(changes: readonly Change[], hands: Hands) {
  const again: string[] = [];
  const progress = { done: () => undefined, ranAgain: (name: string) => void again.push(name) };
  let message = '';
  await carryOut(changes, hands, progress).catch((error: Error) => {
    ({ message } = error);
  });
  return { message, again };
}

describe('carrying out changes', () => {
  it('says what was refused, and that all is as before', async () => {
    const hands = toy(WEB, { at: 1, kind: 'refused' });
    const more = { ...WEB, memoryMib: 64 };
    const { message } = await failing([change(WEB, more), LESS], hands);
    assert.equal(message, 'block foo:data: the disk is full; everything is as it was before');
    assert.deepEqual(hands.unikernels.get(NAME), WEB);
  });

  it('says what runs again that had ended', async () => {
    const ended = { ...WEB, state: 'ended' as const };
    const hands = toy(ended, { at: 1, kind: 'refused' });
    const { again } = await failing([change(ended, { ...WEB, memoryMib: 64 }), LESS], hands);
    assert.deepEqual(again, [NAME]);
    assert.deepEqual(hands.unikernels.get(NAME), WEB);
  });

  it('says exactly what could not be undone', async () => {
    const hands = toy(WEB, { at: 2, kind: 'refused' });
    const more = { ...WEB, memoryMib: 64 };
    // What is to be undone is refused as well.
    const impossible = change(more, { ...more, memoryMib: 99_999 });
    const { message } = await failing([change(WEB, more), impossible], hands);
    assert.match(
      message,
      /^unikernel foo:web: .*; all else is as it was before, but for what could not be undone: unikernel foo:web \(the disk is full\)$/,
    );
  });

  it('undoes nothing any more when a block device is gone', async () => {
    const hands = toy(WEB, { at: 1, kind: 'refused' });
    const { message } = await failing([LESS, change(WEB, null)], hands);
    assert.equal(
      message,
      'unikernel foo:web: the disk is full; nothing was undone, as block device foo:data is destroyed already; to be done still: unikernel foo:web',
    );
  });

  it('never destroys what somebody else has made meanwhile', async () => {
    const made: Change = { kind: 'block', name: MORE, before: null, after: 2 };
    const hands = toy(WEB, { at: 1, kind: 'taken' });
    const { message } = await failing([change(WEB, { ...WEB, memoryMib: 64 }), made], hands);
    assert.equal(message, 'block foo:more: there is one already; everything is as it was before');
    assert.deepEqual(hands.unikernels.get(NAME), WEB);
    assert.ok(hands.isTheirsUntouched);
  });

  it('says what is lost where somebody else has made what was to be made anew', async () => {
    const hands = toy(WEB, { at: 0, kind: 'taken' });
    const stopped: Unikernel = { ...WEB, memoryMib: 64, state: 'stopped' };
    const { message } = await failing([change(WEB, stopped)], hands);
    assert.match(message, /: it is running; .* could not be undone: unikernel foo:web \(it is run/);
    assert.ok(hands.isTheirsUntouched);
  });

  it('never makes a block device again whose removal was not answered', async () => {
    const hands = toy(WEB, { at: 1, kind: 'unanswered' });
    const { message } = await failing([change(WEB, { ...WEB, memoryMib: 64 }), LESS], hands);
    assert.equal(
      message,
      'block foo:data: the disk is full; nothing was undone, as block device foo:data is destroyed already; all else is done',
    );
    assert.deepEqual([[...hands.blocks], hands.unikernels.get(NAME)?.memoryMib], [[], 64]);
  });

  it('undoes nothing when it cannot be known whether a block device is gone', async () => {
    const hands = toy(WEB, { at: 1, kind: 'refused' });
    const blind = {
      carryOut: hands.carryOut,
      look: async () => await Promise.reject(new Failure('BUS_UNREACHABLE', 'nobody is there')),
    };
    const done = change(WEB, { ...WEB, memoryMib: 64 });
    const { message } = await failing([done, LESS], blind);
    assert.match(message, /nothing was undone, as it may be destroyed already \(nobody is there\)/);
  });
});

describe('a change', () => {
  it('is a line of what differs, without arguments', () => {
    const after: Unikernel = {
      ...WEB,
      memoryMib: 64,
      cpus: [0, 1, 2],
      restart: { kind: 'on-exit', statuses: [2] },
      arguments: ['other'],
      nets: [{ name: 'service', bridge: 'br0', mac: null }],
      state: 'stopped',
    };
    assert.equal(
      String(changeLine(change(WEB, after))),
      '~ unikernel foo:web: memory 32 → 64 MiB, CPUs 0 → 0-2, restart never → on-exit 2, networks none → service:br0, state running → stopped, arguments 1 others',
    );
    assert.equal(
      String(changeLine(change(null, after))),
      '+ unikernel foo:web: image aaaaaaaaaaaa, memory 64 MiB, CPUs 0-2, restart on-exit 2, networks service:br0, state stopped, arguments 1',
    );
    assert.equal(String(changeLine(LESS)), '- block foo:data: not in the file');
    assert.ok(!JSON.stringify(changeToJson(change(WEB, after))).includes('secret'));
    assert.deepEqual(changeToJson(change(WEB, { ...WEB, memoryMib: 64 })), {
      action: 'change',
      kind: 'unikernel',
      name: 'foo:web',
      fields: [{ name: 'memoryMib', before: 32, after: 64 }],
    });
  });
});
