import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { encodeState } from '@albatross/wire';
import { parseName } from '@albatross/shared/domain/name';
import { clientProgram } from '@albatross/test/harness/client-program';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { writtenConfig } from '../testing/state-entries.ts';

const CLIENT = await clientProgram();
/** What the original's daemon wrote. */
const STATE = fileURLToPath(new URL('../../../libs/wire/vectors/state', import.meta.url));
/** Of the image that two of its unikernels have, one of them compressed. */
const DIGEST = '252602e58f7e62cc9e984b414706bc8bc82fbe6002ec13dafd702623769ff0b3';

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('a state file of the original', () => {
  let folder: TemporaryFolder;

  before(async () => {
    folder = await TemporaryFolder.make();
    await copyFile(STATE, folder.file('state'));
  });
  after(async () => {
    await folder[Symbol.asyncDispose]();
  });

  async function run(...args: readonly string[]): Promise<Ended> {
    return await new Promise((resolve) => {
      const where = { cwd: folder.path };
      execFile(process.execPath, [CLIENT, ...args], where, (error, stdout, stderr) => {
        const status = typeof error?.code === 'number' ? error.code : error === null ? 0 : -1;
        resolve({ status, stdout, stderr });
      });
    });
  }

  it('inspect-dump shows all that it holds, but no arguments', async () => {
    const { status, stdout, stderr } = await run('inspect-dump', '--dbdir', '.');
    assert.deepEqual([status, stderr], [0, '']);
    const headings = stdout.split('\n').filter((line) => /^\S/.test(line));
    assert.deepEqual(headings, [
      'policy :',
      'policy badbridge:',
      'policy badcpu:',
      'policy nob:',
      'unikernel hello:',
      'unikernel tenant:packed:',
      'unikernel tenant:persist:',
    ]);
    for (const fact of [
      '  64 MiB of memory, the CPUs 0-1, start-up priority 10, restarted after status 1, 2, 2 arguments',
      '  image of 541 bytes compressed',
      '  net service on the bridge service, 02:00:00:00:00:2a',
      '  block storage from with-data, sectors of 512 bytes',
      '  2 CPUs inside the guest',
      '  boot partition msdos1',
    ])
      assert.ok(stdout.split('\n').includes(fact), `${fact}\n${stdout}`);
    assert.doesNotMatch(stdout, /tick=500|hang/);
    assert.deepEqual(await run('inspect-dump', '--file', './state'), { status, stdout, stderr });
    assert.equal((await run('inspect_dump', '--file', STATE)).stdout, stdout);
  });

  it('inspect-dump tells programs the same', async () => {
    const { stdout } = await run('inspect-dump', '--dbdir', '.', '--json');
    const { policies, unikernels } = JSON.parse(stdout) as Record<string, { name: string }[]>;
    assert.deepEqual(policies?.[0], {
      name: ':',
      why: null,
      ...pick(policies?.[0], 'policy'),
    });
    assert.deepEqual(unikernels?.[1], {
      name: 'tenant:packed',
      why: null,
      unikernel: {
        hypervisor: 'solo5',
        memoryMib: 32,
        cpus: [0],
        startupPriority: 50,
        restart: { kind: 'never' },
        addName: false,
        argumentCount: 1,
        nets: [],
        blocks: [],
        vcpus: 1,
        linuxBoot: null,
        image: { storedBytes: 522, compressed: true, digest: null, target: null },
        wanted: 'run',
        restarts: null,
        lastExit: null,
        because: null,
      },
    });
  });

  it('extract-dump saves the image, inflated, and says how to create it', async () => {
    const packed = await run('extract-dump', 'tenant:packed', '--dbdir', '.');
    assert.deepEqual(packed, {
      status: 0,
      stdout:
        'saved the image of tenant:packed to ./packed.image: 1392 bytes\n' +
        'albatross create tenant:packed ./packed.image --no-add-name --arg=hang\n',
      stderr: '',
    });
    const printed = await run(
      'extract-dump',
      'tenant:persist',
      'plain.hvt',
      '--dbdir',
      '.',
      '--json',
    );
    assert.deepEqual(JSON.parse(printed.stdout), {
      name: 'tenant:persist',
      file: 'plain.hvt',
      sizeBytes: 1392,
      create: [
        'create',
        'tenant:persist',
        'plain.hvt',
        '--restart-on-fail',
        '--no-add-name',
        '--arg=hang',
      ],
    });
    for (const file of ['packed.image', 'plain.hvt'])
      assert.equal(await digestOf(file), DIGEST, file);
    const { stdout, stderr } = await run('extract-dump', 'hello', 'hello.hvt', '--dbdir', '.');
    assert.match(stderr, /^left out, as only bhyve uses it: 2 CPUs inside the guest, .* msdos1\n$/);
    assert.equal(
      stdout.split('\n')[1],
      'albatross create hello hello.hvt --mem=64 --cpu=0 --cpu=1 --net=service:service@02:00:00:00:00:2a ' +
        '--block=storage:with-data@512 --startup=10 --restart-on-fail --exit-code=1 --exit-code=2 ' +
        '--no-add-name --arg=args --arg=tick=500',
    );
  });

  it('extract-dump replaces no file unless it is told to, and leaves none that is not whole', async () => {
    await writeFile(folder.file('mine'), 'mine');
    const before = await readdir(folder.path);
    const refused = await run('extract-dump', 'tenant:packed', 'mine', '--dbdir', '.');
    assert.deepEqual([refused.status, refused.stdout], [124, '']);
    assert.match(
      refused.stderr,
      /^mine exists already; --force replaces it \[FILE_UNWRITABLE\]\n$/,
    );
    assert.equal(await readFile(folder.file('mine'), 'utf8'), 'mine');
    await run('extract-dump', 'tenant:packed', 'mine', '--dbdir', '.', '--force');
    assert.equal(await digestOf('mine'), DIGEST);
    for (const [name, config, code] of [
      ['damaged', { compressed: true }, 'COMPRESSION_INVALID'],
      ['boots', { typ: 'bhyve', image: new Uint8Array() }, 'IMAGE_EMPTY'],
      ['empty', { image: new Uint8Array() }, 'IMAGE_EMPTY'],
    ] as const) {
      const state = { unikernels: [{ name: parseName(name), value: writtenConfig(config) }] };
      await writeFile(folder.file('state.odd'), encodeState({ ...state, policies: [] }));
      const { status, stdout, stderr } = await run('extract-dump', name, '--file', './state.odd');
      assert.deepEqual([status, stdout], [117, ''], name);
      assert.match(stderr, new RegExp(`^[^\\n]+ \\[${code}\\]\\n$`));
    }
    const now = await readdir(folder.path);
    assert.deepEqual(
      now.filter((name) => !before.includes(name)),
      ['state.odd'],
    );
  });

  it('that is none, or has no such unikernel, is one line', async () => {
    await writeFile(folder.file('damaged'), 'root:x:0:0');
    await mkdir(folder.file('neither'));
    const none =
      /^the file has no unikernel other; it has hello, tenant:packed, tenant:persist \[UNI/;
    for (const [words, status, says] of [
      [
        'inspect-dump --file ./damaged',
        124,
        /^\S+ is no state of the original's daemon.*STATE_INV/,
      ],
      ['inspect-dump --file ./missing', 124, /^\.\/missing cannot be read: ENOENT \[FILE_UNREAD/],
      ['inspect-dump --file ./', 124, /cannot be read: EISDIR/],
      [
        'inspect-dump --dbdir neither',
        124,
        /^neither holds neither the original's "state", nor our/,
      ],
      ['inspect-dump --dbdir nowhere', 124, /^nowhere cannot be read: ENOENT \[FILE_UNREADABLE\]/],
      ['inspect-dump --dbdir ./damaged', 124, /is no folder; --file names a state file/],
      ['inspect-dump --dbdir=', 124, /^--dbdir needs a name; it was given an empty one/],
      [
        'inspect-dump --dbdir . --destination a',
        124,
        /has no inspect-dump, .*; copy the file here/,
      ],
      ['extract-dump other --dbdir .', 117, none],
      ['extract-dump tenant: --dbdir .', 124, /\[NAME_INVALID\]/],
    ] as const) {
      const ended = await run(...words.split(' '));
      assert.deepEqual([ended.status, ended.stdout], [status, ''], words);
      assert.match(ended.stderr, says);
      assert.match(ended.stderr, /^[^\n]+\n$/);
    }
  });

  async function digestOf(name: string): Promise<string> {
    return createHash('sha256')
      .update(await readFile(folder.file(name)))
      .digest('hex');
  }
});

function pick(from: object | undefined, key: string): object {
  return { [key]: (from as Readonly<Record<string, unknown>> | undefined)?.[key] };
}
