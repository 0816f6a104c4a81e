import { eventually } from '@albatross/shared/bus/testing/asserts';
import { livesFolder } from '@albatross/shared/runtime/folders';
import { LIFE_DRAFT_PREFIX } from '@albatross/shared/domain/life';
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { helloImage } from '../../../examples/hello/src/index.ts';
import { assertCounted, assertNumbered, entryTexts } from '../harness/console-entries.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';
import { processStat } from '../harness/traces.ts';

const DEADLINE = { timeout: 60_000 };

/** Each begins where the one before it ended. */
describe('a system in one folder', () => {
  let system: RunningSystem;
  let hello: number;
  let doomed: number;

  before(async () => {
    system = await RunningSystem.start({ tenders: await standInTender() });
    const administrator = await system.administrator();
    hello = (await administrator.create('hello', helloImage('spt'), 'tick=20')).pid ?? 0;
    doomed = (await administrator.create('doomed', helloImage('spt'), 'hang')).pid ?? 0;
  }, DEADLINE);
  after(async () => await system[Symbol.asyncDispose](), DEADLINE);

  it('is not started a second time; the refusal names the first', DEADLINE, async () => {
    const { status, stdout, stderr } = await system.foreground().ended();
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(stderr, /^[^\n]+\n$/, 'one line');
    assert.ok(stderr.endsWith(` is already running, as process ${system.pid}\n`), stderr);
    assert.equal((await system.albatross('info')).status, 0);
  });

  it('says at Ctrl-C which unikernels go on', DEADLINE, async () => {
    const { status, stdout, stderr } = await system.stop('SIGINT');
    assert.equal(status, 0, stderr);
    const [, last = ''] = /\n(stopping; .*)\n$/.exec(stdout) ?? [];
    assert.match(last, /^stopping; these unikernels go on running: /);
    for (const [name, pid] of Object.entries({ hello, doomed })) {
      assert.ok(last.includes(`${name} (process ${pid})`), last);
      assert.ok(processStat(pid) !== null);
    }
  });

  it('is started again and takes up what ran on', DEADLINE, async () => {
    await system.startAgain();
    await assertTakenUp();
  });

  it('leaves its unikernels alone when its runner is killed', DEADLINE, async () => {
    const services = (['supervisor', 'console', 'nats-server'] as const).map((name) =>
      system.pidOf(name),
    );
    await system.stop('SIGKILL');
    await eventually('the services are gone', () =>
      services.every((pid) => processStat(pid) === null),
    );
    for (const pid of [hello, doomed]) assert.ok(processStat(pid) !== null);
  });

  it('says of a tender that went without a trace that its end is unknown', DEADLINE, async () => {
    const keeper = processStat(doomed)?.parent ?? 0;
    for (const pid of [keeper, doomed]) process.kill(pid, 'SIGKILL');
    await system.startAgain();
    await assertTakenUp();
    const administrator = await system.administrator();
    const { exit, pid, restarts } = await administrator.untilExited('doomed');
    assert.deepEqual(
      { exit, pid, restarts },
      { exit: { kind: 'unknown' }, pid: null, restarts: 0 },
    );
    const { stdout } = await system.albatross('info', '--name', 'doomed');
    assert.match(stdout, /\ndoomed +exited +- +0 +unknown /);
  });

  it('removes a life that was only half built when its supervisor died', DEADLINE, async () => {
    const draft = `${LIFE_DRAFT_PREFIX}:x@5`;
    await mkdir(join(livesFolder(system.folders), draft));
    await writeFile(join(livesFolder(system.folders), draft, 'err'), '');
    await system.kill('supervisor');
    assert.ok(!system.traces().lives.includes(draft));
    await assertTakenUp();
    await eventually('only hello lives', () =>
      system.traces().lives.every((life) => life.startsWith(':hello@')),
    );
  });

  async function assertTakenUp(): Promise<void> {
    const administrator = await system.administrator();
    const { pid, state, restarts } = await administrator.show('hello');
    assert.deepEqual({ pid, state, restarts }, { pid: hello, state: 'running', restarts: 0 });
    const before = entryTexts(await administrator.console('hello')).length;
    await eventually('hello ticks on', async () => {
      const entries = await administrator.console('hello');
      assertNumbered(entries);
      assertCounted(entryTexts(entries), 'tick');
      return entries.length > before + 3;
    });
  }
});
