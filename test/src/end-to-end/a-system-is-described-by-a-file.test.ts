import { eventually } from '@albatross/shared/bus/testing/asserts';
import { blocksFolder } from '@albatross/shared/runtime/folders';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { helloImage } from '../../../examples/hello/src/index.ts';
import { buildImage } from '../../../libs/solo5/src/testing/build-image.ts';
import { checkJson } from '../harness/json/check-json.ts';
import type { Ended } from '../harness/program.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';

const DEADLINE = { timeout: 60_000 };
const [DIFFERENT, REFUSED, USAGE] = [1, 117, 124];

let folder: string;
let system: RunningSystem;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albatross-described-'));
  await chmod(folder, 0o755);
  const storage = { name: 'storage', kind: 'block' } as const;
  const service = { name: 'service', kind: 'net' } as const;
  await writeFile(join(folder, 'web.spt'), buildImage({ target: 'spt', devices: [storage] }));
  await writeFile(join(folder, 'net.spt'), buildImage({ target: 'spt', devices: [service] }));
  await writeFile(join(folder, 'data'), 'what is on it at first');
  system = await RunningSystem.start({ tenders: await standInTender() });
}, DEADLINE);
after(async () => {
  await system[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}, DEADLINE);

const hello = helloImage('spt');
/** Policies, block devices and unikernels that use all there is to say of them here. */
const WHOLE = `version: 1
path: "foo:"
policies:
  "foo:": { unikernels: 4, memoryMib: 64, blockMib: 8 }
  "foo:bar:": { unikernels: 1, memoryMib: 10 }
blocks:
  foo:data: { sizeMib: 2, content: data }
unikernels:
  foo:web:
    image: web.spt
    memoryMib: 20
    startupPriority: 10
    restart: { on-exit: [3, 2] }
    arguments: [hang, "two words", 'quotes " and \\ and é']
    blocks: { storage: data }
  foo:bar:rests: { image: ${hello}, memoryMib: 2, arguments: [hang], addName: false, state: stopped }
  foo:job: { image: ${hello}, memoryMib: 2 }
  foo:shy: { image: ${hello}, memoryMib: 2, arguments: [name=refuse, hang] }
`;

/** Each begins where the one before it ended. */
describe('a system that is described by a file', () => {
  it('differs from the file until that is applied', DEADLINE, async () => {
    const differs = await described('diff', WHOLE);
    assert.deepEqual([differs.status, differs.stderr], [DIFFERENT, '']);
    const lines = differs.stdout.trimEnd().split('\n');
    assert.equal(lines.length, 7);
    assert.ok(lines.every((line) => line.startsWith('+ ')));
    const planned = await described('apply', WHOLE, '--dry-run');
    assert.deepEqual([planned.status, planned.stderr], [0, '']);
    const applied = await described('apply', WHOLE);
    assert.deepEqual(applied, planned);
    const device = readFileSync(join(blocksFolder(system.folders.state), 'foo:data'));
    assert.equal(device.toString().replaceAll('\0', ''), 'what is on it at first');
    await untilJobHasEnded();
    await untilShyRuns();
    const same = await described('diff', WHOLE);
    assert.deepEqual(same, { status: 0, stdout: 'no differences\n', stderr: '' });
  });

  it('is left alone when it is applied again', DEADLINE, async () => {
    const before = await processes();
    const again = await described('apply', WHOLE, '--prune', '--json');
    assert.deepEqual(again, { status: 0, stdout: '[]\n', stderr: '' });
    assert.deepEqual(await processes(), before);
  });

  it(
    'is the same in another folder, when its own description is applied there',
    DEADLINE,
    async () => {
      const images = join(folder, 'images');
      const written = await system.albatross('export', '--images', images);
      assert.deepEqual([written.status, written.stderr], [0, '']);
      const files = readdirSync(images).map((file) => statSync(join(images, file)).mtimeMs);
      assert.equal(files.length, 2);
      await using other = await RunningSystem.start({ tenders: await standInTender() });
      const file = join(folder, 'exported.yaml');
      await writeFile(file, written.stdout);
      const applied = await other.albatross('apply', file);
      assert.deepEqual([applied.status, applied.stderr], [0, '']);
      assert.deepEqual(await other.albatross('export', '--images', images), written);
      assert.deepEqual(
        readdirSync(images).map((file) => statSync(join(images, file)).mtimeMs),
        files,
      );
      const json = await system.albatross('export', '--json');
      checkJson('export', json.stdout);
      await writeFile(file, json.stdout);
      const same = await other.albatross('diff', file);
      assert.deepEqual(same, { status: 0, stdout: 'no differences\n', stderr: '' });
    },
  );

  it('can be saved for its owner alone, and its folder carried elsewhere', DEADLINE, async () => {
    const [backup, moved] = [join(folder, 'backup'), join(folder, 'moved')];
    const [file, images] = [join(backup, 'system.yaml'), join(backup, 'images')];
    await mkdir(backup);
    const saving = ['export', '--images', images, '--output', file] as const;
    const saved = await system.albatross(...saving);
    const { mode, size } = statSync(file);
    assert.deepEqual(saved, {
      status: 0,
      stdout: `saved the description of : to ${file} (${size} bytes)\n`,
      stderr: '',
    });
    assert.equal(mode & 0o777, 0o600);
    refused(await system.albatross(...saving), USAGE, 'FILE_UNWRITABLE', /--force replaces it/);
    const again = await system.albatross(...saving, '--force', '--json');
    assert.deepEqual(again, { status: 0, stdout: '', stderr: '' });
    await rename(backup, moved);
    assert.match(readFileSync(join(moved, 'system.yaml'), 'utf8'), /"file":"images\/[0-9a-f]{64}/);
    const same = await system.albatross('diff', join(moved, 'system.yaml'));
    assert.deepEqual(same, { status: 0, stdout: 'no differences\n', stderr: '' });
    // Printed, it may go anywhere.
    const printed = await system.albatross('export', '--images', relative('', images));
    await writeFile(join(folder, 'printed.yaml'), printed.stdout);
    const found = await system.albatross('diff', join(folder, 'printed.yaml'));
    assert.deepEqual(found, { status: 0, stdout: 'no differences\n', stderr: '' });
  });

  it('is as it was when something is refused that can be known before', DEADLINE, async () => {
    const refusals: readonly (readonly [from: string, to: string, code: string])[] = [
      ['memoryMib: 20', 'memoryMib: 63', 'POLICY_EXCEEDED'],
      ['sizeMib: 2', 'sizeMib: 3', 'BLOCK_EXISTS'],
      [hello, 'net.spt', 'BRIDGE_NOT_FOUND'],
    ];
    const before = await state();
    for (const [from, to, code] of refusals) {
      const told = await described('apply', WHOLE.replaceAll(from, to));
      refused(told, REFUSED, code, /nothing was changed/);
    }
    // Who is killed while it is made anew would lose the image.
    const changed = before.exported.replace(/(foo:bar:rests[^]*?)memoryMib: 2/, '$1memoryMib: 3');
    for (const flags of [[], ['--dry-run']]) {
      const lost = await described('apply', changed, ...flags);
      refused(lost, USAGE, 'USAGE_INVALID', /the file of its image/);
    }
    assert.deepEqual(await state(), before);
  });

  it('is as it was when the host refuses a step behind others', DEADLINE, async () => {
    const before = await state();
    const changed = WHOLE.replace('memoryMib: 64', 'memoryMib: 65')
      .replace('memoryMib: 20', 'memoryMib: 21')
      .replace('state: stopped', 'state: running')
      .replace('sizeMib: 2', 'sizeMib: 2 }\n  foo:more: { sizeMib: 1')
      .replace('image: web.spt', 'image: web.spt\n    cpus: [0]')
      .concat(
        `  foo:never: { image: ${helloImage('virtio')}, memoryMib: 2, startupPriority: 99 }\n`,
      );
    const told = await described('apply', changed);
    refused(
      told,
      REFUSED,
      'TENDER_NOT_FOUND',
      /^unikernel foo:never: .*; everything is as it was before /,
    );
    const { exported, ...runs } = await state();
    assert.equal(exported, before.exported);
    // What nobody changed was not touched; what was changed back runs as another process.
    assert.equal(runs.runs['foo:bar:rests'], before.runs['foo:bar:rests']);
    const same = await described('diff', WHOLE);
    assert.deepEqual(same, { status: 0, stdout: 'no differences\n', stderr: '' });
  });

  it(
    'is changed only as far as it differs, and loses what is not in the file when asked to',
    DEADLINE,
    async () => {
      const before = await processes();
      const less = WHOLE.slice(0, WHOLE.indexOf('  foo:job')).replace(
        'memoryMib: 64',
        'memoryMib: 32',
      );
      const left = await described('diff', less);
      assert.match(left.stdout, /^- unikernel foo:job: not in the file$/m);
      const stay = '2 that are not in the file stay; --prune destroys them\n';
      for (const flags of [['--dry-run'], []]) {
        const stdout = `~ policy foo: memory 64 → 32 MiB\n${stay}`;
        assert.deepEqual(await described('apply', less, ...flags), {
          status: 0,
          stdout,
          stderr: '',
        });
      }
      const none = await described('apply', less, '--dry-run');
      assert.equal(none.stdout, `nothing to be done\n${stay}`);
      const unchanged = await described('apply', less);
      assert.match(unchanged.stdout, /^foo: has all of \S+ already\n/);
      assert.ok(unchanged.stdout.endsWith(`\n${stay}`));
      assert.equal((await described('apply', less, '--json')).stdout, '[]\n');
      const pruned = await described('apply', less, '--prune');
      assert.deepEqual(pruned, {
        status: 0,
        stdout: '- unikernel foo:job: not in the file\n- unikernel foo:shy: not in the file\n',
        stderr: '',
      });
      const now = await processes();
      assert.equal(now['foo:web'], before['foo:web']);
      const nothing = 'version: 1\npath: "foo:"\n';
      const gone = await described('apply', nothing, '--prune', '--json');
      assert.equal(gone.status, 0, gone.stderr);
      checkJson('apply', gone.stdout);
      const kinds = JSON.parse(gone.stdout).map((one: { readonly kind: string }) => one.kind);
      assert.deepEqual(kinds, ['policy', 'policy', 'unikernel', 'unikernel', 'block']);
      assert.equal((await system.albatross('export', 'foo:')).stdout, nothing);
    },
  );

  it('is not touched by a file that is wrong', DEADLINE, async () => {
    const wrong = await described('apply', WHOLE.replace('memoryMib: 20', 'memoryMib: much'));
    refused(wrong, USAGE, 'FILE_INVALID', /^\S+\.yaml:11:16: memoryMib: /);
    const absent = await described('diff', WHOLE.replace('web.spt', 'nosuch.spt'));
    refused(absent, USAGE, 'FILE_UNREADABLE', /nosuch\.spt/);
    const remote = await system.albatross('apply', 'any.yaml', '--destination', 'host.example');
    refused(remote, USAGE, 'USAGE_INVALID', /--destination/);
    assert.deepEqual(await (await system.administrator()).list(), []);
  });
});

/** Gives such a command a file of this text. */
async function described(
  command: string,
  text: string,
  ...words: readonly string[]
): Promise<Ended> {
  const file = join(folder, 'described.yaml');
  await writeFile(file, text);
  return await system.albatross(command, file, ...words);
}

async function state() {
  const exported = (await system.albatross('export')).stdout;
  return { exported, runs: await processes() };
}

/** Of every unikernel; null where none runs. */
async function processes(): Promise<Readonly<Record<string, number | null>>> {
  const all = await (await system.administrator()).list();
  return Object.fromEntries(all.map(({ name, pid }) => [name, pid]));
}

/** It ends when it is given a name, and is started again without. */
async function untilShyRuns(): Promise<void> {
  const administrator = await system.administrator();
  await eventually('it runs without a name', async () => {
    const { addName, state } = await administrator.show('foo:shy');
    return !addName && state === 'running';
  });
}

async function untilJobHasEnded(): Promise<void> {
  await (await system.administrator()).untilExited('foo:job');
}

function refused({ status, stderr }: Ended, exit: number, code: string, text: RegExp): void {
  assert.equal(status, exit, stderr);
  assert.match(stderr, text);
  assert.ok(stderr.endsWith(` [${code}]\n`), stderr);
}
