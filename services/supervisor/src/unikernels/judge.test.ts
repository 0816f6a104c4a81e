import type { Exit } from '@albatross/shared/domain/exit';
import type { Life } from '@albatross/shared/domain/life';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ObservedLife } from '../host/host.ts';
import {
  DRAIN_MAX_MS,
  DRAINING_MAX,
  judge,
  SILENCE_MAX_MS,
  type Standing,
  UNSAID_MAX_MS,
  type Verdict,
} from './judge.ts';

const record = { pid: 7, startTicks: 70, bootId: 'boot', uid: 0, startedAt: 0, taps: [] };
const exit: Exit = { kind: 'status', status: 3 };
const lifeOf = (number: number): Life => ({ unikernel: parseUnikernelName('hello'), number });
const life = lifeOf(1);

const ALIVE: ObservedLife = {
  life,
  record,
  isTenderAlive: true,
  isTenderWedged: false,
  isKeeperAlive: true,
  exit: null,
  exitAt: null,
};
const SILENT = { ...ALIVE, isTenderAlive: false };
const WITHOUT_KEEPER = { ...ALIVE, isKeeperAlive: false };
const DRAINING = { ...SILENT, exit };
const GONE = { ...SILENT, isKeeperAlive: false };
const WEDGED = { ...ALIVE, isTenderWedged: true };
const UNSAID = { ...SILENT, exitAt: 1 };
const ENDED = { ...GONE, exit };
const ONLY_AN_EXIT = { ...GONE, record: null, exit };

function endOf(seen: ObservedLife): Verdict {
  return { kind: 'ended', seen, exit: seen.exit ?? { kind: 'unknown' } };
}

function verdictsOf(seen: ObservedLife, standing: Standing, silentMs = 0): readonly Verdict[] {
  return judge([seen], { standing: () => standing, silentMs: () => silentMs });
}

describe('what is made of a life of a unikernel that runs', () => {
  const table: readonly [string, ObservedLife, number, readonly Verdict[]][] = [
    ['goes on', ALIVE, 0, []],
    ['goes on although its keeper was killed', WITHOUT_KEEPER, 0, []],
    ['ended as its keeper says', DRAINING, 0, [endOf(DRAINING)]],
    ['ended as its keeper said before it was killed', ENDED, 0, [endOf(ENDED)]],
    ['is waited for while its keeper may still speak', SILENT, SILENCE_MAX_MS, []],
    ['ended unknown when its keeper stays silent', SILENT, SILENCE_MAX_MS + 1, [endOf(SILENT)]],
    ['is waited for while console may tell the status', UNSAID, UNSAID_MAX_MS, []],
    ['ended unknown when console does not tell it', UNSAID, UNSAID_MAX_MS + 1, [endOf(UNSAID)]],
    ['ended unknown when nobody is left to tell', GONE, 0, [endOf(GONE)]],
    ['is killed when it is wedged', WEDGED, 0, [{ kind: 'wedged', life, process: record }]],
  ];
  for (const [what, seen, silentMs, expected] of table) {
    it(what, () => assert.deepEqual(verdictsOf(seen, 'current', silentMs), expected));
  }
});

describe('what is made of a life that nobody wants any more', () => {
  const orphan: Verdict = { kind: 'orphan', life, process: record };

  const draining: Verdict = { kind: 'draining', life };
  const release: Verdict = { kind: 'release', life };
  const over: Verdict = { kind: 'over', life };

  const table: readonly [string, ObservedLife, number, readonly Verdict[]][] = [
    ['it is ended while its tender runs', ALIVE, 0, [orphan]],
    ['it is ended although its keeper was killed', WITHOUT_KEEPER, 0, [orphan]],
    ['it is ended when it is wedged', WEDGED, 0, [orphan]],
    ['its keeper may still say how it ended', SILENT, 0, [draining]],
    ['its keeper may wait for console', DRAINING, DRAIN_MAX_MS, [endOf(DRAINING), draining]],
    ['its keeper may not wait for ever', DRAINING, DRAIN_MAX_MS + 1, [endOf(DRAINING), release]],
    ['it is over without a keeper', GONE, 0, [endOf(GONE), over]],
    ['it is over when only its exit is left', ONLY_AN_EXIT, 0, [endOf(ONLY_AN_EXIT), over]],
  ];
  for (const [what, seen, silentMs, expected] of table) {
    it(what, () => assert.deepEqual(verdictsOf(seen, 'past', silentMs), expected));
  }

  it('the oldest keepers are released when there are too many', () => {
    const lives = Array.from({ length: DRAINING_MAX + 2 }, (_, index) => ({
      ...DRAINING,
      life: lifeOf(index + 1),
    }));
    const verdicts = judge(lives, { standing: () => 'past', silentMs: () => 0 });
    const released = verdicts.flatMap((one) => (one.kind === 'release' ? [one.life.number] : []));
    assert.deepEqual(released, [2, 1]);
    assert.equal(verdicts.filter(({ kind }) => kind === 'draining').length, DRAINING_MAX);
  });
});

describe('what is made of a life that is being started, or whose record cannot be read', () => {
  const all = { ALIVE, SILENT, WITHOUT_KEEPER, DRAINING, GONE, WEDGED, ONLY_AN_EXIT };
  for (const standing of ['starting', 'unknown'] as const) {
    for (const [what, seen] of Object.entries(all)) {
      it(`nothing, whatever it shows: ${standing}, ${what}`, () => {
        assert.deepEqual(verdictsOf(seen, standing, Number.MAX_SAFE_INTEGER), []);
      });
    }
  }
});
