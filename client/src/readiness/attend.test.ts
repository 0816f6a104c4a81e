import { Failure } from '@albatross/shared/contracts/failures';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Output } from '../output.ts';
import { attend } from './attend.ts';
import { LifeWatch } from './life-watch.ts';
import { lookoutHere } from './lookout-here.ts';
import type { Seen } from './seen.ts';
import { READY_DEFAULT, type Wait } from './wait-options.ts';

const name = parseUnikernelName('hello');
const DOWN = new Failure('SERVICE_DOWN', 'the supervisor is not there');
const UP: Seen = { kind: 'up', life: 1, isNamed: true, before: null, endedLife: null };
const EXIT = { kind: 'status', status: 0 } as const;
const OVER: Seen = { kind: 'over', how: 'ended with status 0', exit: EXIT, endedLife: null };

class Kept extends Output {
  readonly notes: string[] = [];
  override note(text: string): void {
    this.notes.push(text);
  }
  override done(): void {}
}

/** What is noted while somebody sees one thing after the other. */
async function notes(
  seen: readonly (Seen | Failure)[],
  wait: Partial<Wait>,
): Promise<readonly string[]> {
  const left = [...seen];
  const passing = lookoutHere(
    { request: () => assert.fail(), follow: () => () => undefined },
    name,
  );
  const look = async (): Promise<Seen> => {
    const one = left.shift() ?? OVER;
    if (one instanceof Failure) throw one;
    return one;
  };
  const watch = new LifeWatch({ ...passing, look, everyMs: 1 }, { life: 1, isNamed: true });
  const output = new Kept();
  const whole = { until: 'nothing', isFollowing: false, ready: READY_DEFAULT, ...wait } as const;
  await attend(output, { name, watch, console: null }, whole, new AbortController().signal);
  return output.notes;
}

describe('who stays with a unikernel', () => {
  it('is told once that nobody answers, and once that somebody does again', async () => {
    const seen = [UP, DOWN, DOWN, DOWN, UP, DOWN, OVER];
    const [begins, ends] = [
      'how hello stands is not known now, and is asked for again and again: the supervisor is not there [SERVICE_DOWN]',
      'how hello stands is known again',
    ];
    for (const wait of [{ until: 'exit' }, { isFollowing: true }] as const)
      assert.deepEqual(await notes(seen, wait), [begins, ends, begins, ends]);
    assert.deepEqual(await notes([UP, OVER], { until: 'exit' }), []);
  });

  it('does not wait for the end of a defect', async () => {
    const defect = new Failure('INTERNAL', 'a defect');
    await assert.rejects(notes([UP, defect], { until: 'exit' }), { code: 'INTERNAL' });
  });
});
