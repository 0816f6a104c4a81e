import { ROOT } from '@albatross/shared/domain/name';
import { blocksFolder, policiesFile } from '@albatross/shared/runtime/folders';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rename, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { dumpLines, dumpToJson } from './state-dump-view.ts';
import { dumpOfFolder } from './state-folder-dump.ts';
import { readStateFolder, STATE_RECORD_BYTES_MAX } from './state-folder.ts';
import { StoredState } from './testing/stored-state.ts';

const policy = { unikernels: 4, memoryMib: 256, cpus: [0], blockMib: 100, bridges: ['service'] };

let temporary: TemporaryFolder;
let stored: StoredState;
beforeEach(async () => {
  temporary = await TemporaryFolder.make();
  stored = new StoredState(temporary.path);
});
afterEach(async () => await temporary[Symbol.asyncDispose]());

async function lines(): Promise<readonly string[]> {
  return dumpLines(await dumpOfFolder(stored.folder, await readStateFolder(stored.folder)));
}

describe('what our supervisor keeps', () => {
  it('is shown as what the original keeps is, but without those that were destroyed', async () => {
    const digest = await stored.image(Uint8Array.of(1, 2, 3));
    await stored.unikernel('foo:hello', {
      digest,
      nets: [{ name: 'service', bridge: 'service', mac: null }],
      blocks: [{ name: 'storage', device: 'data', sectorBytes: 512 }],
      arguments: ['secret'],
    });
    const exit = { kind: 'status', status: 3 } as const;
    await stored.unikernel('over', { target: 'hvt' }, (unikernel) => ({
      kind: 'failed',
      why: 'it ended 21 times',
      unikernel: {
        ...unikernel,
        restarts: 20,
        pastLives: [{ life: 7, exit, at: 5, lifetimeMs: 4 }],
      },
    }));
    await stored.unikernel('gone', {}, () => ({ kind: 'gone' }));
    await stored.policies({ ':': policy, 'foo:': { ...policy, blockMib: null } });
    await stored.blocks({ 'foo:data': 16, lost: 1 });
    await stored.write(join(blocksFolder(stored.folder), 'foo:data'), '');
    assert.deepEqual(await lines(), [
      'policy :',
      '  4 unikernels, 256 MiB of memory, 100 MiB of block storage, the CPU 0, the bridge service',
      'policy foo:',
      '  4 unikernels, 256 MiB of memory, no block storage, the CPU 0, the bridge service',
      'unikernel foo:hello:',
      '  32 MiB of memory, the CPU 0, start-up priority 50, never restarted, 1 argument and --name',
      `  image ${digest} for spt of 3 bytes`,
      '  net service on the bridge service',
      '  block storage from data, sectors of 512 bytes',
      '  to be running, 0 restarts',
      'unikernel over:',
      '  32 MiB of memory, the CPU 0, start-up priority 50, never restarted, no arguments and --name',
      `  image ${'d'.repeat(64)} for hvt is not there`,
      '  failed, because it ended 21 times, 20 restarts, the last life ended: status 3',
      'block device foo:data:',
      '  16 MiB',
      'block device lost:',
      '  1 MiB, its file is not there',
    ]);
  });

  it('has the same keys for programs, whoever wrote it', async () => {
    await stored.unikernel('hello', { arguments: ['secret'] });
    const json = dumpToJson(
      await dumpOfFolder(stored.folder, await readStateFolder(stored.folder)),
    );
    assert.doesNotMatch(JSON.stringify(json), /secret/);
    const { unikernels } = json as { unikernels: readonly { unikernel: object }[] };
    assert.deepEqual(Object.keys(unikernels[0]?.unikernel ?? {}), [
      'hypervisor',
      'memoryMib',
      'cpus',
      'startupPriority',
      'restart',
      'addName',
      'argumentCount',
      'nets',
      'blocks',
      'vcpus',
      'linuxBoot',
      'image',
      'wanted',
      'restarts',
      'lastExit',
      'because',
    ]);
  });

  it('is nothing before the first change', async () => {
    await mkdir(join(stored.folder, 'unikernels'));
    assert.deepEqual(await lines(), ['no policies, no unikernels']);
    const { policies, blocks } = await readStateFolder(stored.folder);
    assert.deepEqual([policies.size, blocks.size], [0, 0]);
  });
});

describe('what is damaged is told, and the rest is shown', () => {
  beforeEach(async () => await stored.unikernel('good'));

  const DAMAGES: Readonly<Record<string, readonly [text: string, says: RegExp]>> = {
    'cut off': ['{"version":1,"name":"bad","desire":{"secret', /^it is cut off, or something else/],
    'of nothing': ['', /^it is cut off/],
    'of other keys': ['{"version":1,"name":"bad","colour":"secret"}', /^desire: /],
    'of another name': [
      '{"version":1,"name":"other","desire":{"kind":"gone"},"outcomes":[]}',
      /^it holds other$/,
    ],
    'of a newer version': ['{"version":2,"secret":1}', /^it is of version 2, which a newer /],
  };
  for (const [what, [text, says]] of Object.entries(DAMAGES)) {
    it(`a record ${what}`, async () => {
      await stored.write(stored.recordFile('bad'), text);
      const [bad = '', ...others] = await lines();
      assert.match(bad, /^unikernel bad: /);
      assert.match(bad.replace(/^unikernel bad: /, ''), says);
      assert.doesNotMatch(bad, /secret/);
      assert.equal(others[0], 'unikernel good:');
      assert.equal(await readFile(stored.recordFile('bad'), 'utf8'), text, 'nothing is changed');
    });
  }

  it('a record that the supervisor has put aside, and folders of no name', async () => {
    await stored.unikernel('aside');
    await rename(stored.recordFile('aside'), `${stored.recordFile('aside')}.damaged`);
    await stored.write(join(stored.folder, 'unikernels', 'a b', 'config'), 'x');
    await stored.write(join(stored.folder, 'unikernels', 'stray'), 'x');
    assert.deepEqual(
      (await lines()).filter((line) => !line.startsWith(' ')),
      [
        'unikernel in a b: it is cut off, or something else than what we write',
        'unikernel aside: its record was damaged, and stands in config.damaged',
        'unikernel good:',
        'unikernel stray: it cannot be read: ENOTDIR',
      ],
    );
  });

  it('what a dying supervisor left is nothing', async () => {
    await stored.write(join(dirname(stored.recordFile('half')), '.new_config'), '{');
    assert.equal((await lines())[0], 'unikernel good:');
  });

  it('policies and block devices', async () => {
    await stored.write(policiesFile(stored.folder), '{"version":1');
    await stored.write(join(blocksFolder(stored.folder), '_index.json'), '{"version":1}');
    const found = await lines();
    assert.equal(found[0], 'policies: it is cut off, or something else than what we write');
    assert.match(found.at(-1) ?? '', /^block devices: devices: /);
    assert.ok(found.includes('unikernel good:'));
  });

  it('what is too large is not read, and a pipe keeps nobody waiting', async () => {
    await stored.write(stored.recordFile('large'), '');
    await truncate(stored.recordFile('large'), STATE_RECORD_BYTES_MAX + 1);
    await mkdir(dirname(stored.recordFile('pipe')), { recursive: true });
    execFileSync('mkfifo', [stored.recordFile('pipe')]);
    const found = (await lines()).filter((line) => !line.startsWith(' '));
    assert.match(found[1] ?? '', /^unikernel large: it has 67108865 bytes, and at most 67108864/);
    assert.equal(found[2], 'unikernel pipe: it is no regular file');
    assert.deepEqual((await readdir(temporary.path)).toSorted(), ['unikernels']);
  });
});

it('a folder that cannot be read is a failure', async () => {
  await assert.rejects(readStateFolder(join(temporary.path, String(ROOT))), {
    code: 'FILE_UNREADABLE',
    message: /unikernels cannot be read: ENOENT$/,
  });
});
