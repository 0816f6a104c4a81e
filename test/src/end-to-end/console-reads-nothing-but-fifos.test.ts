import { eventually } from '@albatross/shared/bus/testing/asserts';
import { livesFolder } from '@albatross/shared/runtime/folders';
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { helloImage } from '../../../examples/hello/src/index.ts';
import type { Administrator } from '../harness/administrator.ts';
import { assertCounted, assertNumbered, entryTexts } from '../harness/console-entries.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';

const DEADLINE = { timeout: 90_000 };
const SECRET = 'what nobody ever printed';
/** More than one look of console at the lives there are. */
const MORE_TICKS = 300;

/** What stands where the fifo of a running unikernel was. */
const REPLACED: Readonly<Record<string, (fifo: string, system: RunningSystem) => Promise<void>>> = {
  'a regular file': async (fifo) => await writeFile(fifo, `${SECRET}\n`),
  'a symbolic link to a file': async (fifo, { dir }) => await symlink(join(dir, 'secret'), fifo),
  "a symbolic link to another's fifo": async (fifo, system) =>
    await symlink(fifoOf(system, 'whole'), fifo),
};
const names = Object.keys(REPLACED).map((_, index) => `replaced${index}`);

describe('a console whose fifo was replaced', () => {
  let system: RunningSystem;
  let administrator: Administrator;
  before(async () => {
    system = await RunningSystem.start({ tenders: await standInTender() });
    administrator = await system.administrator();
    await writeFile(join(system.dir, 'secret'), `${SECRET}\n`);
    for (const name of ['whole', ...names])
      await administrator.create(name, helloImage('spt'), 'rate=100');
    // Console has each open, which a create does not wait for.
    for (const name of names)
      await eventually(`${name} is read`, async () => {
        return entryTexts(await administrator.console(name)).length > 1;
      });
    for (const [index, replace] of Object.values(REPLACED).entries()) {
      const fifo = fifoOf(system, names[index] ?? '');
      await rm(fifo);
      await replace(fifo, system);
    }
  }, DEADLINE);
  after(async () => await system[Symbol.asyncDispose](), DEADLINE);

  it('is read on by whoever had it open', DEADLINE, async () => {
    await Promise.all(['whole', ...names].map(async (name) => await untilTicksOn(name)));
    assert.deepEqual(warnings(), []);
  });

  it('is warned of once by the next, which reads the others on', DEADLINE, async () => {
    await system.kill('console');
    await untilTicksOn('whole');
    const told = Object.keys(REPLACED).map((what) => what.replace(/ to .*/, ''));
    assert.deepEqual(
      warnings(),
      names.map((name, index) => `:${name} ${told[index]}`),
    );
    const known = await histories();
    assert.ok(!known.flat().includes(SECRET), 'they show what was never printed');
    await untilTicksOn('whole');
    assert.deepEqual(await histories(), known);
  });

  it('lets its unikernel end as ever, and what was printed before is kept', DEADLINE, async () => {
    for (const name of names) await administrator.destroy(name);
    await eventually('their lives are over', () => system.traces().lives.length === 1);
    for (const name of names)
      assert.match(entryTexts(await administrator.console(name))[1] ?? '', /^hello from/);
    await untilTicksOn('whole');
    assert.equal(warnings().length, names.length);
  });

  async function histories(): Promise<readonly (readonly string[])[]> {
    const consoles = names.map(async (name) => await administrator.console(name));
    return (await Promise.all(consoles)).map(entryTexts);
  }

  async function untilTicksOn(name: string): Promise<void> {
    const last = assertCounted(entryTexts(await administrator.console(name)), 'tick');
    await eventually(`${name} ticks on`, async () => {
      const entries = await administrator.console(name);
      assertNumbered(entries);
      return assertCounted(entryTexts(entries), 'tick') > last + MORE_TICKS;
    });
  }

  /** Of console: which unikernel, and what stands there. */
  function warnings(): readonly string[] {
    return system.log
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line): Warning => JSON.parse(line))
      .filter(({ level, process }) => level >= WARN && process === 'console')
      .map(({ life = '', by = '' }) => `${life.replace(/@\d+$/, '')} ${by}`)
      .toSorted();
  }
});

/** A record of the log. */
interface Warning {
  readonly level: number;
  readonly process: string;
  readonly life?: string;
  readonly by?: string;
}

const WARN = 40;

function fifoOf({ folders }: RunningSystem, name: string): string {
  const lives = livesFolder(folders);
  const life = readdirSync(lives).find((one) => one.startsWith(`:${name}@`));
  assert.ok(life !== undefined, `${name} does not run`);
  return join(lives, life, 'fifo');
}
