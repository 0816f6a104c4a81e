import { eventually } from '@albatross/shared/bus/testing/asserts';
import { listBlocks, type BlockEntry } from '@albatross/shared/contracts/block';
import { ROOT } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { buildImage } from '../../../libs/solo5/src/testing/build-image.ts';
import { entryTexts } from '../harness/console-entries.ts';
import type { Ended } from '../harness/program.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';

const DEADLINE = { timeout: 60_000 };
const MIB = 1024 * 1024;
const REFUSED = 117;

let folder: string;
let image: string;
let system: RunningSystem;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albatross-blocks-'));
  await chmod(folder, 0o755);
  image = join(folder, 'storage.spt');
  const devices = [{ name: 'storage', kind: 'block' }] as const;
  await writeFile(image, buildImage({ target: 'spt', devices }));
  system = await RunningSystem.start({ tenders: await standInTender() });
}, DEADLINE);
after(async () => {
  await system[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}, DEADLINE);

/** Each begins where the one before it ended. */
describe('a block device', () => {
  it('is made of zeros, and shown', DEADLINE, async () => {
    await done('created block device foo:data: 2 MiB\n', 'create-block', 'foo:data', '2');
    assert.deepEqual(await shown(), [{ name: 'foo:data', sizeMib: 2, usedBy: null, fault: null }]);
    assert.deepEqual(await printedBy('foo:first', 'block-read'), ['block storage: ""']);
  });

  it(
    'keeps what a guest writes on it, for the next guest and for dump-block',
    DEADLINE,
    async () => {
      assert.deepEqual(await printedBy('foo:writes', 'block-write=marker'), [
        'block storage: was ""',
      ]);
      assert.deepEqual(await printedBy('foo:reads', 'block-read'), ['block storage: "marker"']);
      const file = join(folder, 'dumped');
      const said = `saved foo:data to ${file}: ${2 * MIB} bytes\n`;
      await done(said, 'dump-block', 'foo:data', file);
      assert.deepEqual(await readFile(file), contentOf('marker', 2));
    },
  );

  it("is one guest's alone for as long as that holds it", DEADLINE, async () => {
    await create('foo:holds', 'hang');
    await done('NAME      SIZE   USED BY\nfoo:data  2 MiB  foo:holds\n', 'block');
    const file = join(folder, 'unused');
    await writeFile(file, 'x');
    const device = ['--block', 'storage:data', '--mem', '2'];
    const commands = [
      ['create', 'foo:second', image, ...device],
      ['destroy-block', 'foo:data'],
      ['set-block', 'foo:data', file],
      ['dump-block', 'foo:data', join(folder, 'never')],
    ];
    const told = await Promise.all(commands.map(async (words) => await system.albatross(...words)));
    for (const one of told) refused(one, 'BLOCK_IN_USE', /foo:data.*foo:holds/);
    // Stopped, it is still the one whose content that is.
    await done('stopped foo:holds: stopped\n', 'stop', 'foo:holds');
    refused(await system.albatross('destroy-block', 'foo:data'), 'BLOCK_IN_USE', /foo:holds/);
    await done('destroyed foo:holds\n', 'destroy', 'foo:holds');
    assert.deepEqual((await shown())[0]?.usedBy, null);
  });

  it('is replaced by a file, and by zeros behind it', DEADLINE, async () => {
    const file = join(folder, 'short');
    await writeFile(file, 'replaced');
    await done('set block device foo:data\n', 'set-block', 'foo:data', file);
    assert.deepEqual(await readFile(fileOf('foo:data')), contentOf('replaced', 2));
    assert.deepEqual(await printedBy('foo:reads', 'block-read'), ['block storage: "replaced"']);
  });

  it('takes no file that is larger than itself, and stays as it is', DEADLINE, async () => {
    const file = join(folder, 'long');
    await writeFile(file, Buffer.alloc(2 * MIB + 1, 'x'));
    refused(
      await system.albatross('set-block', 'foo:data', file),
      'BLOCK_OVERFLOW',
      /2097152 bytes/,
    );
    assert.deepEqual(await readFile(fileOf('foo:data')), contentOf('replaced', 2));
  });

  it('is of its own path only', DEADLINE, async () => {
    const words = ['--block', 'storage:data', '--mem', '2'];
    refused(
      await system.albatross('create', 'bar:other', image, ...words),
      'BLOCK_NOT_FOUND',
      /bar:data/,
    );
  });

  it('is removed, and what was on it', DEADLINE, async () => {
    for (const name of ['foo:first', 'foo:writes', 'foo:reads'])
      await (await system.administrator()).destroy(name);
    await done('removed block device foo:data\n', 'destroy-block', 'foo:data');
    await done('no block devices\n', 'block');
    assert.ok(!readdirSync(join(system.folders.state, 'block')).includes('foo:data'));
  });
});

async function create(name: string, ...words: readonly string[]): Promise<void> {
  const administrator = await system.administrator();
  const blocks = [{ name: 'storage', device: 'data' }];
  const configuration = { memoryMib: 2, blocks, arguments: [...words] };
  await administrator.createWith(name, image, configuration);
}

/** What a guest with the device says of it before it exits. */
async function printedBy(name: string, word: string): Promise<readonly string[]> {
  const administrator = await system.administrator();
  const seen = (await administrator.console(name)).at(-1)?.seq ?? 0;
  await create(name, word);
  await administrator.untilExited(name);
  let texts: readonly string[] = [];
  await eventually(`the end of ${name} is in its console`, async () => {
    texts = entryTexts(await administrator.console(name, seen));
    return texts.some((text) => text.startsWith('[exit'));
  });
  return texts.filter((text) => text.startsWith('block '));
}

async function done(said: string, ...words: readonly string[]): Promise<void> {
  assert.deepEqual(await system.albatross(...words), { status: 0, stdout: said, stderr: '' });
}

async function shown(): Promise<readonly BlockEntry[]> {
  const { bus } = await system.administrator();
  return (await bus.request(listBlocks, { name: ROOT })).blocks;
}

function refused({ status, stdout, stderr }: Ended, code: string, text: RegExp): void {
  assert.deepEqual([status, stdout], [REFUSED, ''], stderr);
  assert.match(stderr, text);
  assert.ok(stderr.endsWith(` [${code}]\n`), stderr);
}

function fileOf(name: string): string {
  return join(system.folders.state, 'block', name.includes(':') ? name : `:${name}`);
}

function contentOf(text: string, sizeMib: number): Buffer {
  const content = Buffer.alloc(sizeMib * MIB);
  content.write(text);
  return content;
}
