import { eventually } from '@albatross/shared/bus/testing/asserts';
import { TENDERS } from '@albatross/shared/domain/unikernel';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { helloImage, type HelloTarget } from '../../../examples/hello/src/index.ts';
import { assertCounted, assertNumbered, entryTexts } from '../harness/console-entries.ts';
import { RunningSystem, type ProcessName } from '../harness/running-system.ts';
import { realTenders, standInTender, type Tenders } from '../harness/tender-path.ts';
import { processStat } from '../harness/traces.ts';

const DEADLINE = { timeout: 90_000 };
/** Ticks that show that a unikernel goes on. */
const MORE_TICKS = 10;

const groups: readonly { title: string; tenders: Tenders; targets: readonly HelloTarget[] }[] = [
  { title: 'under the stand-in tender', tenders: await standInTender(), targets: ['spt'] },
  { title: 'under real tenders', tenders: realTenders(), targets: ['spt', 'virtio'] },
];

for (const { title, tenders, targets } of groups) {
  describe(title, () => {
    const found = targets.filter((target) => TENDERS[target] in tenders);
    for (const target of targets.filter((one) => !found.includes(one)))
      it(`a unikernel under ${TENDERS[target]} goes on`, (t) =>
        t.skip(`${TENDERS[target]} is not installed`));
    if (found.length > 0) describeGoingOn(tenders, found);
  });
}

function describeGoingOn(tenders: Tenders, targets: readonly HelloTarget[]): void {
  let system: RunningSystem;
  let ticking: readonly Ticking[];
  let consoleKills = 0;

  before(async () => {
    system = await RunningSystem.start({ tenders });
    ticking = await Promise.all(targets.map(async (target) => await startTicking(system, target)));
  }, DEADLINE);
  after(async () => await system[Symbol.asyncDispose](), DEADLINE);

  const killed: readonly (readonly ProcessName[])[] = [
    ['supervisor'],
    ['nats-server'],
    ['console'],
    ['supervisor', 'console', 'nats-server'],
  ];
  for (const names of killed) {
    it(`goes on while ${names.join(', ')} is killed`, DEADLINE, async () => {
      await system.kill(...names);
      if (names.includes('console')) consoleKills += 1;
      await Promise.all(
        ticking.map(async (one) => await assertGoesOn(system, one, { gaps: consoleKills })),
      );
    });
  }

  it('is shown and destroyed as ever afterwards', DEADLINE, async () => {
    const shown = JSON.parse((await system.albatross('info', '--json')).stdout);
    assert.deepEqual(
      shown.map(({ name, state, pid, restarts }: Shown) => ({ name, state, pid, restarts })),
      ticking
        .map(({ name, pid }) => ({ name, state: 'running', pid, restarts: 0 }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    );
    for (const { name, pid } of ticking) {
      await (await system.administrator()).destroy(name);
      assert.equal(processStat(pid), null);
    }
  });

  it('loses no line that it printed while console was away', DEADLINE, async () => {
    await printsUnread(system, targets);
  });
}

interface Shown {
  readonly name: string;
  readonly state: string;
  readonly pid: number | null;
  readonly restarts: number;
}

/** A unikernel that is to tick on whatever happens. */
interface Ticking {
  readonly name: string;
  readonly pid: number;
  readonly startTicks: string | undefined;
}

async function startTicking(system: RunningSystem, target: HelloTarget): Promise<Ticking> {
  const administrator = await system.administrator();
  const name = `ticks.${target}`;
  const { pid } = await administrator.create(name, helloImage(target), 'tick=20');
  assert.ok(pid !== null);
  return { name, pid, startTicks: processStat(pid)?.startTicks };
}

/** The same process, known as running, and its console has every tick but those at a gap marker. */
async function assertGoesOn(
  system: RunningSystem,
  { name, pid, startTicks }: Ticking,
  { gaps }: { readonly gaps: number },
): Promise<void> {
  const administrator = await system.administrator();
  const last = assertCounted(entryTexts(await administrator.console(name)), 'tick');
  let texts: readonly string[] = [];
  await eventually(`${name} ticks on`, async () => {
    const entries = await administrator.console(name);
    assertNumbered(entries);
    texts = entryTexts(entries);
    return assertCounted(texts, 'tick') > last + MORE_TICKS;
  });
  assert.deepEqual(texts.slice(1, 4), [
    `hello from ${name.replace('ticks.', '')}`,
    `argument: --name=${name}`,
    'argument: tick=20',
  ]);
  assert.equal(texts.filter((text) => text === '[gap]').length, gaps);
  assert.equal(processStat(pid)?.startTicks, startTicks);
  const { state, pid: shownPid, restarts } = await administrator.show(name);
  assert.deepEqual({ state, pid: shownPid, restarts }, { state: 'running', pid, restarts: 0 });
}

/** Console sleeps and is killed in its sleep; the next one finds guests that tick and guests that ended. */
async function printsUnread(system: RunningSystem, targets: readonly HelloTarget[]): Promise<void> {
  const administrator = await system.administrator();
  process.kill(system.pidOf('console'), 'SIGSTOP');
  for (const target of targets) {
    await administrator.create(`on.${target}`, helloImage(target), 'lines=100', 'tick=20');
    await administrator.create(`off.${target}`, helloImage(target), 'lines=100');
    await administrator.untilExited(`off.${target}`);
  }
  await system.kill('console');
  for (const target of targets) {
    const ended = entryTexts(await administrator.console(`off.${target}`));
    const life = /^\[boot (\d+)\]$/.exec(ended[0] ?? '')?.[1];
    assert.deepEqual(ended.slice(1), [
      ...printed(target, 'off', 'lines=100'),
      'Solo5: solo5_exit(0) called',
      `[exit ${life} status 0]`,
    ]);
    await eventually(`${target} ticks on`, async () => {
      const texts = entryTexts(await administrator.console(`on.${target}`));
      const expected = printed(target, 'on', 'lines=100', 'tick=20');
      assert.deepEqual(texts.slice(1, expected.length + 1), expected);
      assert.ok(!texts.includes('[gap]'));
      return assertCounted(texts, 'tick') >= 3;
    });
  }
}

function printed(target: HelloTarget, label: string, ...words: readonly string[]): string[] {
  return [
    `hello from ${target}`,
    `argument: --name=${label}.${target}`,
    ...words.map((word) => `argument: ${word}`),
    ...Array.from({ length: 100 }, (_, index) => `line ${index + 1}`),
  ];
}
