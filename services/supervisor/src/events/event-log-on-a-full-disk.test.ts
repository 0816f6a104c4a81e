import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { EVENT_RETRY_MS, EVENTS_WAITING_MAX } from './event-log.ts';
import { EventLogUnderTest } from '../testing/event-log-under-test.ts';
import { TinyDisk } from '../testing/tiny-disk.ts';

const whyNot = await TinyDisk.whyNot();

async function fullDisk(t: TestContext): Promise<{ disk: TinyDisk; seen: EventLogUnderTest }> {
  const disk = await TinyDisk.mount(t, 256);
  const seen = await EventLogUnderTest.open(join(disk.path, 'events'));
  seen.record('before');
  await disk.fill();
  return { disk, seen };
}

/** Records until the disk takes no more; returns how many it took, the first included. */
function fill(seen: EventLogUnderTest): number {
  for (let n = 2; n === seen.told.length + 1; n += 1) seen.record(`event ${n}`);
  return seen.told.length;
}

it(
  'what a full disk does not take is recorded in order once there is room',
  { skip: whyNot },
  async (t) => {
    const { disk, seen } = await fullDisk(t);
    const taken = fill(seen);
    seen.record('waiting').record('also waiting');
    assert.equal(seen.all().length, taken);
    assert.match(seen.defects.join(), /^Error: ENOSPC|took only a part/, 'told once');

    await rm(join(disk.path, 'ballast'));
    seen.clock.now = 5000;
    seen.record('room again');
    const behind = [`event ${taken + 1}`, 'waiting', 'also waiting', 'room again'];
    const expected = behind.map((text, index) => `${taken + 1 + index} ${text}`);
    assert.deepEqual(seen.shown().slice(taken), expected);
    assert.deepEqual(seen.all(), seen.told);
    assert.deepEqual(
      seen.told.slice(taken).map(({ at }) => at),
      [1000, 1000, 1000, 5000],
    );
    seen[Symbol.dispose]();
    using again = await EventLogUnderTest.open(join(disk.path, 'events'));
    assert.deepEqual(again.shown().slice(taken), expected);
    assert.deepEqual(again.defects, []);
  },
);

it(
  'a full disk damages nothing that was written, at whatever byte it is full',
  { skip: whyNot },
  async (t) => {
    const disk = await TinyDisk.mount(t, 256);
    const folder = join(disk.path, 'events');
    for (let round = 0; round < 20; round += 1) {
      const seen = await EventLogUnderTest.open(folder);
      seen.record('x'.repeat(round * 97));
      await disk.fill();
      for (let n = 0; n < 100; n += 1) seen.record(`${round} ${n}`);
      const whole = seen.all();
      // Killed now: what waits is lost, and nothing else.
      const files = [await readFile(join(folder, '0')), await readFile(join(folder, '1'))];
      assert.equal(files.join('').split('\n').length - 1, whole.length);
      await rm(join(disk.path, 'ballast'));
      {
        using again = await EventLogUnderTest.open(folder);
        assert.deepEqual(again.all(), whole);
        assert.deepEqual(again.defects, []);
      }
      seen[Symbol.dispose]();
    }
  },
);

it(
  'of more than can wait the oldest are given up, and one event says how many',
  { skip: whyNot },
  async (t) => {
    const { disk, seen } = await fullDisk(t);
    const taken = fill(seen);
    const more = EVENTS_WAITING_MAX + 9;
    for (let n = 1; n <= more; n += 1) seen.record(`later ${n}`);
    await rm(join(disk.path, 'ballast'));
    seen.record('last');
    const shown = seen.shown().slice(taken);
    // One waited already, `more` and the last came, and one place is the mark's.
    const lost = 1 + more + 1 - (EVENTS_WAITING_MAX - 1);
    assert.equal(shown.length, EVENTS_WAITING_MAX);
    assert.deepEqual(shown.slice(0, 2), [
      `${taken + 1} lost ${lost}`,
      `${taken + 2} later ${lost}`,
    ]);
    assert.equal(shown.at(-1), `${taken + EVENTS_WAITING_MAX} last`);
    seen[Symbol.dispose]();
  },
);

it('a full disk is tried again now and then', { skip: whyNot }, async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { disk, seen } = await fullDisk(t);
  const taken = fill(seen);
  t.mock.timers.tick(EVENT_RETRY_MS);
  assert.equal(seen.told.length, taken);
  await rm(join(disk.path, 'ballast'));
  t.mock.timers.tick(EVENT_RETRY_MS);
  assert.equal(seen.told.length, taken + 1);
  assert.equal(seen.defects.length, 1);
  seen[Symbol.dispose]();
});
