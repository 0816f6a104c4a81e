import { eventually } from '@albatross/shared/bus/testing/asserts';
import type { Exit } from '@albatross/shared/domain/exit';
import { TENDERS } from '@albatross/shared/domain/unikernel';
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { helloImage, type HelloTarget } from '../../../examples/hello/src/index.ts';
import { entryTexts } from '../harness/console-entries.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { insideScratchKvm } from '../harness/scratch-kvm.ts';
import { realTenders, standInTender, type Tenders } from '../harness/tender-path.ts';
import { commandOf } from '../harness/traces.ts';

const DEADLINE = { timeout: 60_000 };
/** What the kernel keeps of a command's name. */
const COMMAND_BYTES = 15;

interface TenderCase {
  readonly title: string;
  readonly target: HelloTarget;
  /** Why it cannot be tried here, or false. */
  readonly absent: string | false;
}

const real = realTenders();
const kvm = insideScratchKvm('0666');

const groups: readonly {
  readonly title: string;
  readonly tenders: Tenders;
  readonly inside: readonly string[];
  readonly cases: readonly TenderCase[];
}[] = [
  {
    title: 'the stand-in tender',
    tenders: await standInTender(),
    inside: [],
    cases: [{ title: 'the stand-in', target: 'spt', absent: false }],
  },
  {
    title: 'a real tender',
    tenders: real,
    inside: 'words' in kvm && 'solo5-hvt' in real ? kvm.words : [],
    cases: (['spt', 'hvt', 'virtio'] as const).map((target) => ({
      title: TENDERS[target],
      target,
      absent: absence(target),
    })),
  },
];

for (const { title, tenders, inside, cases } of groups) {
  describe(title, () => {
    let system: RunningSystem;
    before(async () => {
      system = await RunningSystem.start({ tenders, inside });
    }, DEADLINE);
    after(async () => await system[Symbol.asyncDispose](), DEADLINE);

    for (const { title: tender, target, absent } of cases) {
      it(`${tender} runs hello until it is destroyed or exits by itself`, DEADLINE, async (t) => {
        if (absent !== false) return t.skip(absent);
        const exited = await exitsByItself(system, target);
        await runsUntilDestroyed(system, target, exited);
        await (await system.administrator()).destroy(exited.name);
        await system.untilNothingLives();
        assert.deepEqual(system.traces().images, []);
      });
    }
  });
}

interface Exited {
  readonly name: string;
  readonly state: 'exited';
  readonly exit: Exit;
}

async function exitsByItself(system: RunningSystem, target: HelloTarget): Promise<Exited> {
  const name = `exits.${target}`;
  const administrator = await system.administrator();
  await administrator.create(name, helloImage(target), 'exit=7');
  const { pid } = await administrator.untilExited(name);
  assert.equal(pid, null);
  await eventually('its end is in its console', async () => {
    const texts = entryTexts(await administrator.console(name));
    const [said, marker] = texts.slice(-2);
    return said === 'Solo5: solo5_exit(7) called' && /^\[exit \d+ status \d+\]$/.test(marker ?? '');
  });
  return { name, state: 'exited', exit: { kind: 'status', status: 7 } };
}

async function runsUntilDestroyed(
  system: RunningSystem,
  target: HelloTarget,
  exited: Exited,
): Promise<void> {
  const name = `ticks.${target}`;
  const words = ['--mem', '16', '--arg', 'lines=2', '--arg', 'tick=20'];
  const created = await system.albatross('create', name, helloImage(target), ...words);
  assert.match(created.stdout, new RegExp(`^created ${name}: running, process \\d+\n$`));
  assert.deepEqual([created.status, created.stderr], [0, '']);

  const info = await system.albatross('info', '--json');
  const [before, shown] = JSON.parse(info.stdout);
  assert.deepEqual({ name: before.name, state: before.state, exit: before.exit }, exited);
  const { state, memoryMib, pid, restarts, exit } = shown;
  assert.deepEqual([state, memoryMib, restarts, exit], ['running', 16, 0, null]);
  assert.ok(created.stdout.endsWith(`process ${pid}\n`));
  const command = basename(TENDERS[target]).slice(0, COMMAND_BYTES);
  await eventually(`process ${pid} is ${command}`, () => commandOf(pid) === command);

  await tellsOldAndNew(system, name, [
    `hello from ${target}`,
    `argument: --name=${name}`,
    'argument: lines=2',
    'argument: tick=20',
    'line 1',
    'line 2',
    'tick 1',
  ]);

  const destroyed = await system.albatross('destroy', name);
  assert.deepEqual(destroyed, { status: 0, stdout: `destroyed ${name}\n`, stderr: '' });
  assert.equal(commandOf(pid), '');
}

/** Follows the console: first what is there, then ticks that were not there before; Ctrl-C is a good end. */
async function tellsOldAndNew(
  system: RunningSystem,
  name: string,
  first: readonly string[],
): Promise<void> {
  const administrator = await system.administrator();
  const follower = system.startAlbatross('console', name, '--follow', '--count', '1000000');
  await follower.untilSays(/tick \d+\n/);
  const known = entryTexts(await administrator.console(name)).at(-1);
  await follower.untilSays(new RegExp(`Z ${known}\n[^]*Z tick \\d+\n`));
  follower.signal('SIGINT');
  const { status, stdout, stderr } = await follower.ended();
  assert.deepEqual([status, stderr], [0, '']);
  const [boot, ...lines] = stdout.split('\n').map((line) => line.replace(/^\S+Z /, ''));
  assert.match(boot ?? '', /^-- boot, life \d+ --$/);
  assert.deepEqual(lines.slice(0, first.length), first);
}

function absence(target: HelloTarget): string | false {
  if (!(TENDERS[target] in real)) return `${TENDERS[target]} is not installed`;
  return target === 'hvt' && 'why' in kvm ? kvm.why : false;
}
