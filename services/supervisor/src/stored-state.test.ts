import { lifeName } from '@albatross/shared/domain/life';
import { ROOT } from '@albatross/shared/domain/name';
import { Scope } from '@albatross/shared/runtime/scope';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { BlockIndex } from './blocks/block-index.ts';
import { readConfig } from './config.ts';
import { EventLog } from './events/event-log.ts';
import { readDevices, readExit, readRecord } from './host/life-files.ts';
import { PolicyFile } from './policies/policy-file.ts';
import { startSupervisor } from './supervisor.ts';
import * as first from './testing/format-1.ts';
import { LifeNumbers } from './unikernels/life-numbers.ts';
import { Store } from './unikernels/store.ts';

/** What the first version wrote. It stays as it is, whatever later versions write. */
const FIRST = join(import.meta.dirname, 'testing', 'format-1');

const fails = (error: unknown): never => assert.fail(String(error));

/** Every file below a folder with what is in it. */
async function contentOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ path, name }) => join(path, name));
  return Object.fromEntries(
    await Promise.all(
      files
        .toSorted()
        .map(
          async (file) => [file.slice(folder.length + 1), await readFile(file, 'latin1')] as const,
        ),
    ),
  );
}

describe('what version 1 wrote down', () => {
  it('is what is written now; otherwise raise the version, keep these files, and add others beside them', async () => {
    await using folder = await TemporaryFolder.make();
    await first.writeState(folder.path);
    assert.deepEqual(await contentOf(folder.path), await contentOf(FIRST));
  });

  it('is read: records, policies, block devices, events, the counter of lives', async () => {
    await using folder = await TemporaryFolder.make();
    const state = folder.file('state');
    await cp(join(FIRST, 'state'), state, { recursive: true });
    const { records, damaged } = await new Store(state).readAll(fails);
    assert.deepEqual(
      records.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      first.RECORDS.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    );
    assert.deepEqual(damaged, []);
    assert.deepEqual(await new PolicyFile(state).read(), first.POLICIES);
    const index = new BlockIndex(join(state, 'block'), Date.now);
    await index.load(fails);
    assert.deepEqual(index.content, first.BLOCKS);
    const options = { folder: join(state, 'events'), now: Date.now, onDefect: fails };
    using log = await EventLog.open({ ...options, bootId: first.BOOT });
    const from = { kind: 'after', seq: 0 } as const;
    const { events } = log.list({ name: ROOT, from });
    assert.deepEqual(
      events.map(({ seq, ...event }) => [seq, event]),
      first.EVENTS.map((event, place) => [place + 1, { ...event, at: first.AT }]),
    );
    const numbers = new LifeNumbers(state);
    await numbers.prepare(0);
    assert.equal(await numbers.take(), 1008);
  });

  it('is read of what runs: a life, its devices and its end', async () => {
    const life = join(FIRST, 'run', 'lives', lifeName(first.LIFE));
    assert.deepEqual(await readRecord(join(life, 'life')), first.LIFE_RECORD);
    assert.deepEqual(await readDevices(join(life, 'devices')), first.LIFE_DEVICES);
    const end = await readExit(join(FIRST, 'run', 'exits', lifeName(first.LIFE)));
    assert.deepEqual(end?.exit, { kind: 'signal', signal: 11 });
  });
});

describe('what a newer version wrote', () => {
  const log = { error: fails, warn: fails, info: fails, debug: fails };

  for (const part of ['lib', 'run']) {
    it(`keeps the supervisor from starting and is not touched, where ${part}/format says so`, async () => {
      await using folder = await TemporaryFolder.make();
      await cp(join(FIRST, 'state'), folder.file('lib'), { recursive: true });
      await cp(join(FIRST, 'run'), folder.file('run'), { recursive: true });
      // What an older one would remove, mend or put aside.
      await mkdir(folder.file('run/lives/.new_:hello@9'));
      await writeFile(folder.file('lib/unikernels/:hello/.new_config'), 'draft');
      await writeFile(folder.file('lib/unikernels/foo:web/config'), '{"version":2}');
      await writeFile(folder.file('lib/events/0'), 'a line of another kind\n');
      await writeFile(folder.file(`${part}/format`), '2\n');
      const before = await contentOf(folder.path);
      await using scope = new Scope();
      await assert.rejects(
        startSupervisor(readConfig({ ALBATROSS_DIR: folder.path }, 1000), log, scope),
        {
          name: 'StartError',
          message: `${folder.file(part)}/format says that ${folder.file(part)} is of format 2, and this program knows 1: a newer albatross wrote it, which has to be started instead; or put back the folder from before. Nothing in it was touched`,
        },
      );
      const { 'lib/lock': _, ...after } = await contentOf(folder.path);
      assert.deepEqual(after, before);
    });
  }

  const FILES: Readonly<Record<string, (state: string) => Promise<unknown>>> = {
    'unikernels/foo:web/config': async (state) => await new Store(state).readAll(() => undefined),
    policies: async (state) => await new PolicyFile(state).read(),
    'block/_index.json': async (state) =>
      await new BlockIndex(join(state, 'block'), Date.now).load(() => undefined),
  };
  for (const [name, read] of Object.entries(FILES)) {
    it(`is told by its file, and stays where it is: ${name}`, async () => {
      await using folder = await TemporaryFolder.make();
      await cp(join(FIRST, 'state'), folder.path, { recursive: true });
      await writeFile(folder.file(name), '{"version":2,"anything":true}\n');
      await writeFile(folder.file('unikernels/:hello/config'), 'damaged');
      const before = await contentOf(folder.path);
      await assert.rejects(read(folder.path), {
        name: 'StartError',
        message: `${folder.file(name)} is of version 2, and this supervisor knows 1: it was written by a newer one, which has to be started instead; or put back the state from before`,
      });
      assert.deepEqual(await contentOf(folder.path), before);
    });
  }
});
