import { eventually } from '@albatross/shared/bus/testing/asserts';
import { stopUnikernel } from '@albatross/shared/contracts/unikernel';
import { HEALTHY_AFTER_MS, RESTART_DELAY_MIN_MS } from '@albatross/shared/domain/restart';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { helloImage } from '../../../examples/hello/src/index.ts';
import type { Administrator } from '../harness/administrator.ts';
import { entryTexts } from '../harness/console-entries.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';

const DEADLINE = { timeout: 60_000 };
const image = helloImage('spt');

let system: RunningSystem;
let administrator: Administrator;
before(async () => {
  system = await RunningSystem.start({ tenders: await standInTender() });
  administrator = await system.administrator();
}, DEADLINE);
after(async () => await system[Symbol.asyncDispose](), DEADLINE);

describe('a guest that ends at once and is started again by its rule', () => {
  it('is started ever more rarely', DEADLINE, async () => {
    await loop('loops');
    let tries = 0;
    await eventually('it has five lives', async () => {
      ({ restarts: tries } = await administrator.show('loops'));
      return tries >= 4;
    });
    const delays = (await administrator.events('loops')).flatMap((event) =>
      event.type === 'restarting' ? [event] : [],
    );
    assert.deepEqual(
      delays.map(({ attempt }) => attempt),
      delays.map((_, index) => index + 1),
    );
    for (const { delayMs, attempt } of delays) {
      const middle = RESTART_DELAY_MIN_MS * 2 ** (attempt - 1);
      assert.ok(delayMs >= 0.8 * middle && delayMs <= 1.2 * middle, `${attempt}: ${delayMs} ms`);
    }
    const { pastLives } = await administrator.show('loops');
    for (const { exit, lifetimeMs } of pastLives) {
      assert.deepEqual(exit, { kind: 'status', status: 3 });
      assert.ok(lifetimeMs < HEALTHY_AFTER_MS);
    }
  });

  it('is shown with its next try, and with the tally of its lives', DEADLINE, async () => {
    let found: RegExpExecArray | null = null;
    await eventually('it is seen between two lives', async () => {
      const { stdout } = await system.albatross('info', '--name', 'loops');
      found = SHOWN.exec(stdout);
      return found !== null;
    });
    const { restarts, next, lives } = (found as RegExpExecArray | null)?.groups ?? {};
    assert.equal(lives?.trimEnd().split('\n').length, Number(restarts) + 1);
    const { startedAt } = await administrator.show('loops');
    assert.ok(Date.parse(next ?? '') > (startedAt ?? Infinity) - 60_000);
  });

  it('goes on with that where it was when its supervisor is killed', DEADLINE, async () => {
    await administrator.until('loops', 'backing-off', 30_000);
    const before = await administrator.show('loops');
    await system.kill('supervisor');
    const { state, restarts, pastLives } = await administrator.show('loops');
    assert.ok(restarts >= before.restarts, `${restarts} after ${before.restarts}, ${state}`);
    assert.deepEqual(pastLives.slice(0, before.pastLives.length), before.pastLives);
    await eventually(
      'it has another life',
      async () => (await administrator.show('loops')).restarts > before.restarts,
      30_000,
    );
  });

  it(
    'is ended by stop while it waits, and started by start as if it never had failed',
    DEADLINE,
    async () => {
      await administrator.until('loops', 'backing-off', 30_000);
      const stopped = await system.albatross('stop', 'loops');
      assert.deepEqual(stopped, { status: 0, stdout: 'stopped loops: stopped\n', stderr: '' });
      const { nextTryAt, restarts } = await administrator.show('loops');
      assert.equal(nextTryAt, null);
      const seen = (await administrator.events('loops')).length;
      const { status } = await system.albatross('start', 'loops');
      assert.equal(status, 0);
      await eventually('it backs off anew', async () => {
        const later = (await administrator.events('loops')).slice(seen);
        return later.some((event) => event.type === 'restarting' && event.attempt === 1);
      });
      assert.ok((await administrator.show('loops')).restarts >= restarts);
    },
  );

  it('is ended by destroy while it waits', DEADLINE, async () => {
    await administrator.until('loops', 'backing-off', 30_000);
    await administrator.destroy('loops');
    await system.untilNothingLives();
    assert.deepEqual(await administrator.list(), []);
  });

  for (const [verb, end] of [
    ['stop', async (name: string) => await stop(name)],
    ['destroy', async (name: string) => await administrator.destroy(name)],
  ] as const) {
    it(`is ended by ${verb} at any moment of its life`, DEADLINE, async () => {
      const names = Array.from({ length: 40 }, (_, index) => `${verb}:n${index}`);
      await Promise.all(
        names.map(async (name, index) => {
          await loop(name, [`lines=${index}`]);
          // Each at another moment, as questions take their time.
          for (let wait = 0; wait < index; wait += 1) await administrator.show(name);
          await end(name);
        }),
      );
      const states = (await administrator.list()).map(({ state }) => state);
      assert.deepEqual(states, verb === 'stop' ? names.map(() => 'stopped') : []);
      await system.untilNothingLives();
      const lives = await livesOf(names);
      // As long as the first wait, and longer.
      await administrator.createWith('clock', image, { arguments: ['tick=500', 'ticks=1'] });
      await administrator.untilExited('clock');
      assert.deepEqual(await livesOf(names), lives);
      await administrator.destroyAll();
    });
  }
});

describe('a guest that does not know --name and says so by status 64', () => {
  it('is started once more without it, at once, whatever its rule', DEADLINE, async () => {
    const words = ['--arg', 'name=refuse', '--arg', 'hang'];
    const { status, stderr } = await system.albatross('create', 'foo:old', image, ...words);
    assert.deepEqual([status, stderr], [0, '']);
    await eventually('it runs without', async () => {
      const { state, addName } = await administrator.show('foo:old');
      return state === 'running' && !addName;
    });
    const { restarts, pastLives, nextTryAt } = await administrator.show('foo:old');
    assert.deepEqual([restarts, nextTryAt], [1, null]);
    assert.deepEqual(
      pastLives.map(({ exit }) => exit),
      [{ kind: 'status', status: 64 }],
    );
    await eventually('both lives are in its console', async () => {
      const texts = entryTexts(await administrator.console('foo:old'));
      return texts.filter((text) => text === 'argument: hang').length === 2;
    });
    const texts = entryTexts(await administrator.console('foo:old'));
    assert.equal(texts.filter((text) => text === 'argument: --name=old').length, 1);
    assert.ok(texts.includes('name refused'));
  });

  it('is started without it from then on', DEADLINE, async () => {
    await administrator.until('foo:old', 'running');
    const { status } = await system.albatross('restart', 'foo:old');
    assert.equal(status, 0);
    const { state, addName, pastLives } = await administrator.show('foo:old');
    assert.deepEqual([state, addName, pastLives.length], ['running', false, 2]);
  });

  it('has ended for good when it says so again', DEADLINE, async () => {
    const restart = { kind: 'on-exit' as const, statuses: [] };
    const words = { arguments: ['exit=64'], restart };
    await administrator.createWith('foo:refuses', image, words);
    const { restarts, exit } = await administrator.untilExited('foo:refuses');
    assert.deepEqual([restarts, exit], [1, { kind: 'status', status: 64 }]);
  });
});

/** A line for the unikernel, then what the table has no room for. */
const SHOWN = new RegExp(
  [
    String.raw`^NAME .*`,
    String.raw`loops +backing-off +- +(?<restarts>\d+) +status 3 +(in \d+ s|now) +- +- of 2 MiB`,
    String.raw`  image [0-9a-f]{64} for spt`,
    String.raw`  CPUs 0; start-up priority 50`,
    String.raw`  \d arguments?(, and --name)?`,
    String.raw`  started again when it ends by itself`,
    String.raw`  next try (in \d+ s|now), at (?<next>\S+Z)`,
    String.raw`  the machine itself: .*`,
    String.raw`(?<lives>(  life \d+ ended at \S+Z after [\d.]+ s: status 3\n)+)$`,
  ].join('\n'),
);

async function loop(name: string, words: readonly string[] = []): Promise<void> {
  const restart = { kind: 'on-exit' as const, statuses: [] };
  const configuration = { memoryMib: 2, restart, arguments: [...words, 'exit=3'] };
  await administrator.createWith(name, image, configuration);
}

async function stop(name: string): Promise<void> {
  const { state } = await administrator.bus.request(stopUnikernel, { id: randomUUID(), name });
  assert.equal(state, 'stopped');
}

/** How many lives they began, all together. */
async function livesOf(names: readonly string[]): Promise<number> {
  const events = await administrator.events();
  return events.filter(({ type, name }) => type === 'started' && names.includes(name)).length;
}
