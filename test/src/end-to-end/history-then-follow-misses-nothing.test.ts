import { eventually } from '@albatross/shared/bus/testing/asserts';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { helloImage } from '../../../examples/hello/src/index.ts';
import { assertCounted, assertNumbered, entryTexts } from '../harness/console-entries.ts';
import type { Program } from '../harness/program.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';

const DEADLINE = { timeout: 60_000 };
/** Fewer than come at once without any being dropped. */
const LINES = 8_000;

/** A line of `albatross console --json`. */
interface Shown {
  readonly seq: number;
  readonly line: string;
  readonly marker: 'boot' | 'exit' | 'gap' | 'dropped' | null;
}

describe('albatross console --follow', () => {
  let system: RunningSystem;
  before(async () => {
    system = await RunningSystem.start({ tenders: await standInTender() });
  }, DEADLINE);
  after(async () => await system[Symbol.asyncDispose](), DEADLINE);

  it('begun while a guest prints, shows each entry once and in order', DEADLINE, async () => {
    const administrator = await system.administrator();
    await administrator.create('prints', helloImage('spt'), 'tick=5');
    const follower = follow('prints');
    await follower.untilSays(/"line":"tick 100"/);
    await administrator.create('floods', helloImage('spt'), `lines=${LINES}`, 'tick=5');
    const second = follow('floods');
    for (const [name, program] of Object.entries({ prints: follower, floods: second }))
      await assertComplete(name, program, { lines: name === 'floods' ? LINES : 0 });
  });

  it('misses nothing while bus and console are killed', DEADLINE, async () => {
    const administrator = await system.administrator();
    const follower = follow('survives');
    await eventually('it waits', () => /waiting for survives/.test(follower.stderr));
    await administrator.create('survives', helloImage('spt'), `lines=${LINES}`, 'tick=5');
    await follower.untilSays(/"line":"line 10"/);
    for (const killed of [['nats-server'], ['console'], ['console', 'nats-server']] as const) {
      const last = assertCounted(entryTexts(await administrator.console('survives')), 'tick');
      await system.kill(...killed);
      await follower.untilSays(new RegExp(`"line":"tick ${last + 200}"`));
    }
    await assertComplete('survives', follower, { lines: LINES });
    await system.albatross('destroy', 'survives');
  });

  function follow(name: string): Program {
    return system.startAlbatross('console', name, '--follow', '--count', '1000000', '--json');
  }

  /** Ends it as by Ctrl-C, and compares what it showed with the history from the first entry on. */
  async function assertComplete(
    name: string,
    follower: Program,
    { lines }: { readonly lines: number },
  ): Promise<void> {
    const administrator = await system.administrator();
    const history = await administrator.console(name);
    await follower.untilSays(new RegExp(`"seq":${history.at(-1)?.seq},`));
    follower.signal('SIGINT');
    const { status, stdout } = await follower.ended();
    assert.equal(status, 0);
    const shown = stdout
      .trimEnd()
      .split('\n')
      .map((text): Shown => JSON.parse(text));
    assert.equal(shown[0]?.seq, 1);
    assertNumbered(shown);
    const texts = shown.map(({ line, marker }) => (marker === 'gap' ? '[gap]' : line));
    assert.equal(assertCounted(texts, 'line'), lines);
    assertCounted(texts, 'tick');
    const known = entryTexts(history);
    assert.deepEqual(
      texts.slice(1, known.length).filter((text) => text !== '[gap]'),
      known.slice(1).filter((text) => text !== '[gap]'),
    );
  }
});
