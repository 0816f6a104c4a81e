import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { helloImage } from '../../../examples/hello/src/index.ts';
import { assertNumbered, entryTexts } from '../harness/console-entries.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';

const DEADLINE = { timeout: 60_000 };
const LIVES = 100;
const LINES = 100;
/** Each life ends with another status; none with 64, after which it would be tried without its --name. */
const STATUS_FIRST = 150;

describe('a guest that prints and exits at once', () => {
  let system: RunningSystem;
  before(async () => {
    system = await RunningSystem.start({ tenders: await standInTender() });
  }, DEADLINE);
  after(async () => await system[Symbol.asyncDispose](), DEADLINE);

  it(`has every line of ${LIVES} lives in its history`, DEADLINE, async () => {
    const administrator = await system.administrator();
    for (let life = 1; life <= LIVES; life += 1) {
      const status = STATUS_FIRST + life;
      await administrator.create('short', helloImage('spt'), `lines=${LINES}`, `exit=${status}`);
      const { exit, restarts } = await administrator.untilExited('short');
      assert.deepEqual({ exit, restarts }, { exit: { kind: 'status', status }, restarts: 0 });
    }
    const entries = await administrator.console('short');
    assert.equal(entries[0]?.seq, 1);
    assertNumbered(entries);
    assert.deepEqual(
      entryTexts(entries),
      Array.from({ length: LIVES }, (_, index) => expectedLife(index + 1)).flat(),
    );
  });
});

/** Lives are numbered from 1 on a new system, and nobody else lives here. */
function expectedLife(life: number): readonly string[] {
  const status = STATUS_FIRST + life;
  return [
    `[boot ${life}]`,
    'hello from spt',
    'argument: --name=short',
    `argument: lines=${LINES}`,
    `argument: exit=${status}`,
    ...Array.from({ length: LINES }, (_, index) => `line ${index + 1}`),
    `Solo5: solo5_exit(${status}) called`,
    `[exit ${life} status ${status}]`,
  ];
}
