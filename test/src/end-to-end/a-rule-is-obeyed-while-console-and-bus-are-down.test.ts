import { eventually } from '@albatross/shared/bus/testing/asserts';
import { stopUnikernel } from '@albatross/shared/contracts/unikernel';
import { parseLifeName } from '@albatross/shared/domain/life';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { helloImage } from '../../../examples/hello/src/index.ts';
import { assertNumbered, entryTexts } from '../harness/console-entries.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';
import { processStat } from '../harness/traces.ts';

const DEADLINE = { timeout: 60_000 };
const LINES = 100;
const WORDS = [`lines=${LINES}`, 'tick=500', 'ticks=1', 'exit=3'];

/** A line of `albatross log --json`. */
interface Shown {
  readonly type: string;
  readonly actor: string;
  readonly life?: number;
}

/** Each begins where the one before it ended. */
describe('a guest with a restart rule, while console and bus are down', () => {
  let system: RunningSystem;
  /** Numbers of the lives that it had while they were down, from beginning to end. */
  let unseen: readonly number[];

  before(async () => {
    system = await RunningSystem.start({ tenders: await standInTender() });
  }, DEADLINE);
  after(async () => await system[Symbol.asyncDispose](), DEADLINE);

  it('is started again by its rule', DEADLINE, async () => {
    const administrator = await system.administrator();
    await administrator.createWith('ruled', helloImage('spt'), {
      restart: { kind: 'on-exit', statuses: [3] },
      arguments: WORDS,
    });
    // What console had read and not written down would be missing: it is killed while nothing is printed.
    await eventually(
      'the lines of a life are kept, and its tick is not there yet',
      async () => entryTexts(await administrator.console('ruled')).at(-1) === `line ${LINES}`,
    );
    await system.takeDown('console', 'nats-server');
    const before = Math.max(...lives());
    // What nobody read keeps a life's folder there.
    await eventually('it has three more lives', () => Math.max(...lives()) >= before + 3, 20_000);
    unseen = lives().filter((life) => life > before && life < Math.max(...lives()));
    for (const name of ['console', 'nats-server'] as const)
      assert.equal(processStat(system.pidOf(name)), null, `${name} is still down`);
    await system.bringBack();
    const { pastLives, restarts } = await administrator.show('ruled');
    for (const { exit } of pastLives) assert.deepEqual(exit, { kind: 'status', status: 3 });
    assert.ok(restarts >= unseen.length + 1);
  });

  it('has every line of each life in its history', DEADLINE, async () => {
    const administrator = await system.administrator();
    await administrator.bus.request(stopUnikernel, { id: randomUUID(), name: 'ruled' });
    const last = Math.max(...unseen);
    let texts: readonly string[] = [];
    await eventually(`life ${last} ends in it`, async () => {
      const entries = await administrator.console('ruled');
      assertNumbered(entries);
      texts = entryTexts(entries);
      return texts.includes(`[exit ${last} status 3]`);
    });
    const complete = texts.slice(0, texts.indexOf(`[exit ${last} status 3]`) + 1);
    // Console was killed within a life, and cannot know whether it had read what it had not written down.
    assert.ok(complete.filter((text) => text === '[gap]').length <= 1);
    assert.deepEqual(
      complete.filter((text) => text !== '[gap]'),
      Array.from({ length: last }, (_, index) => expectedLife(index + 1)).flat(),
    );
  });

  it('has all that happened to it in the event log', DEADLINE, async () => {
    const { status, stdout, stderr } = await system.albatross('log', 'ruled', '--json');
    assert.deepEqual([status, stderr], [0, '']);
    const shown = stdout
      .trimEnd()
      .split('\n')
      .map((line): Shown => JSON.parse(line));
    const ours = shown.filter(({ actor }) => actor === 'supervisor');
    const told = ours.map(({ type, life }) => (life === undefined ? type : `${type} ${life}`));
    const expected = unseen.flatMap((life) => [`started ${life}`, `exited ${life}`, 'restarting']);
    const from = told.indexOf(expected[0] ?? '');
    assert.deepEqual(told.slice(from, from + expected.length), expected);
    assert.equal(told[from + expected.length], `started ${Math.max(...unseen) + 1}`);
  });

  /** As the folders tell, when nobody can be asked. */
  function lives(): readonly number[] {
    return system.traces().lives.flatMap((life) => parseLifeName(life)?.number ?? []);
  }
});

/** Lives are numbered from 1 on a new system, and nobody else lives here. */
function expectedLife(life: number): readonly string[] {
  return [
    `[boot ${life}]`,
    'hello from spt',
    'argument: --name=ruled',
    ...WORDS.map((word) => `argument: ${word}`),
    ...Array.from({ length: LINES }, (_, index) => `line ${index + 1}`),
    'tick 1',
    'Solo5: solo5_exit(3) called',
    `[exit ${life} status 3]`,
  ];
}
