import { eventually } from '@albatross/shared/bus/testing/asserts';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { helloImage } from '../../../examples/hello/src/index.ts';
import { assertCounted, assertNumbered, entryTexts } from '../harness/console-entries.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { realTenders, standInTender } from '../harness/tender-path.ts';
import { whoRuns, type RunningOne } from '../harness/who-runs.ts';

const DEADLINE = { timeout: 60_000 };
const GUESTS = 50;
const names = Array.from({ length: GUESTS }, (_, index) => `many:n${index}`);

const { 'solo5-spt': realSpt } = realTenders();
const tender = realSpt === undefined ? 'the stand-in' : 'the real solo5-spt';

describe(`${GUESTS} guests under ${tender}, while their supervisor is replaced`, () => {
  let system: RunningSystem;
  let alive: Readonly<Record<string, RunningOne>>;
  let known: number;

  before(async () => {
    const tenders = realSpt === undefined ? await standInTender() : { 'solo5-spt': realSpt };
    system = await RunningSystem.start({ tenders });
    const administrator = await system.administrator();
    await Promise.all(
      names.map(async (name) => {
        const restart = { kind: 'on-exit' as const, statuses: [] };
        const configuration = { memoryMib: 2, restart, arguments: ['tick=1000'] };
        await administrator.createWith(name, helloImage('spt'), configuration);
      }),
    );
    alive = await whoRuns(administrator);
    known = (await administrator.events()).at(-1)?.seq ?? 0;
  }, DEADLINE);
  after(async () => await system[Symbol.asyncDispose](), DEADLINE);

  it('are tried under a real tender', (t) => {
    if (realSpt === undefined) t.skip('solo5-spt is not installed; the stand-in is used instead');
  });

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    it(`go on when it is ended by ${signal}`, DEADLINE, async () => {
      const administrator = await system.administrator();
      const former = system.pidOf('supervisor');
      await system.replace(signal, 'supervisor');
      assert.notEqual(system.pidOf('supervisor'), former);
      const now = await whoRuns(administrator);
      assert.deepEqual(Object.keys(now), names.toSorted());
      assert.deepEqual(now, alive);
      await eventually('every guest ticks on, and no line is missing', async () => {
        const ticks = await Promise.all(names.map(async (name) => await lastTick(name)));
        return ticks.every((tick) => tick > 1);
      });
    });
  }

  it('were found running each time, and nothing else is known to have happened', async () => {
    const administrator = await system.administrator();
    const events = (await administrator.events()).filter(({ seq }) => seq > known);
    const types = events.map(({ type, name }) => `${type} ${name}`).toSorted();
    const found = names.flatMap((name) => [`adopted ${name}`, `adopted ${name}`]);
    const started = 'supervisor-started :';
    assert.deepEqual(types, [...found, started, started].toSorted());
  });

  async function lastTick(name: string): Promise<number> {
    const entries = await (await system.administrator()).console(name);
    assertNumbered(entries);
    const texts = entryTexts(entries);
    assert.equal(texts.filter((text) => /^\[(boot|gap)/.test(text)).length, 1, texts.join('\n'));
    return assertCounted(texts, 'tick');
  }
});
