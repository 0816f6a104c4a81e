import { RealServer } from '@albatross/shared/bus/testing/real-server';
import { busUrlFile, foldersOf, keyFile } from '@albatross/shared/runtime/folders';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { clientProgram } from '@albatross/test/harness/client-program';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ToySupervisor } from '../testing/toy-supervisor.ts';

const CLIENT = await clientProgram();
/** What the original's daemon wrote. */
const STATE = fileURLToPath(new URL('../../../libs/wire/vectors/state', import.meta.url));

interface Ended {
  readonly status: number;
  readonly lines: readonly string[];
  readonly stderr: string;
}

async function importState(dir: string, ...args: readonly string[]): Promise<Ended> {
  return await new Promise((resolve) => {
    execFile(
      process.execPath,
      [CLIENT, 'import-state', ...args, '--dir', dir],
      (error, stdout, stderr) => {
        const status = typeof error?.code === 'number' ? error.code : error === null ? 0 : -1;
        resolve({ status, lines: stdout.trimEnd().split('\n'), stderr });
      },
    );
  });
}

/** Without what is said of each. */
function verdicts({ lines }: Ended): readonly string[] {
  return lines.filter((line) => !line.startsWith(' '));
}

describe('import-state', () => {
  let server: RealServer;
  let folder: TemporaryFolder;

  before(async () => {
    server = await RealServer.start();
    folder = await TemporaryFolder.make();
    const folders = foldersOf(folder.path);
    for (const [file, text] of [
      [busUrlFile(folders), server.url],
      [keyFile(folders, 'admin'), server.seed('admin')],
    ] as const) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  });
  after(async () => {
    await folder[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it('shows what would be done, and does nothing', async () => {
    await using bus = await server.connect('supervisor');
    const supervisor = await ToySupervisor.start(bus);
    const shown = await importState(folder.path, STATE);
    assert.deepEqual([shown.status, shown.stderr], [0, '']);
    assert.deepEqual(verdicts(shown), [
      "policy : skipped, the machine's own, not imported",
      'policy badbridge: to import',
      'policy badcpu: to import',
      'policy nob: to import',
      'unikernel hello: to import',
      'unikernel tenant:packed: to import',
      'unikernel tenant:persist: to import',
      '6 to import, 1 skipped',
    ]);
    for (const note of [
      'the bridge nobridge is not there',
      'CPU 9 is not there',
      'the block device with-data is not there',
    ])
      assert.ok(shown.lines.includes(`  ${note}`), note);
    assert.ok(!shown.lines.join().includes('tick=500'));
    assert.deepEqual(supervisor.changes, []);
  });

  it('does it in order, goes on past what is refused, and does nothing twice', async () => {
    await using bus = await server.connect('supervisor');
    const supervisor = await ToySupervisor.start(bus);
    const first = await importState(folder.path, STATE, '--apply');
    assert.deepEqual([first.status, first.stderr], [117, '']);
    assert.deepEqual(first.lines, [
      "policy : skipped, the machine's own, not imported",
      'policy badbridge: imported',
      'policy badcpu: imported',
      'policy nob: imported',
      'unikernel hello: refused, there is no block device [BLOCK_NOT_FOUND]',
      'unikernel tenant:packed: imported',
      'unikernel tenant:persist: imported',
      '5 imported, 1 skipped, 1 refused',
    ]);
    const asked = [
      'policy badbridge:',
      'policy badcpu:',
      'policy nob:',
      'create hello',
      'create tenant:packed',
      'create tenant:persist',
    ];
    assert.deepEqual(supervisor.changes, asked);
    // The same image, once as it was and once compressed.
    const digest = '252602e58f7e62cc9e984b414706bc8bc82fbe6002ec13dafd702623769ff0b3';
    assert.deepEqual(
      supervisor.unikernels.map((one) => [one.digest, one.arguments]),
      [
        [digest, ['hang']],
        [digest, ['hang']],
      ],
    );
    const second = await importState(folder.path, STATE, '--apply');
    assert.equal(second.status, 117);
    assert.equal(second.lines.at(-1), '6 skipped, 1 refused');
    assert.deepEqual(supervisor.changes, [...asked, 'create hello']);
  });

  it('starts none when it is told so, and says everything to programs', async () => {
    await using bus = await server.connect('supervisor');
    const supervisor = await ToySupervisor.start(bus);
    const args = ['--apply', '--stopped', '--json'];
    const { status, lines, stderr } = await importState(folder.path, STATE, ...args);
    assert.deepEqual([status, lines.length, stderr], [117, 1, '']);
    const { policies, unikernels } = JSON.parse(lines[0] ?? '') as Record<
      string,
      { outcome: string; code: string | null }[]
    >;
    assert.deepEqual(
      [policies, unikernels].map((list) => list?.map(({ outcome }) => outcome)),
      [
        ['skip', 'imported', 'imported', 'imported'],
        ['refuse', 'imported', 'imported'],
      ],
    );
    assert.equal(unikernels?.[0]?.code, 'BLOCK_NOT_FOUND');
    assert.deepEqual(supervisor.changes.slice(-2), [
      'create stopped tenant:packed',
      'create stopped tenant:persist',
    ]);
  });

  it('shows the file also where nothing runs, and fails', async () => {
    await using nowhere = await TemporaryFolder.make();
    const shown = await importState(nowhere.path, STATE);
    assert.equal(shown.status, 122);
    assert.match(shown.stderr, /\[BUS_UNREACHABLE\]\n$/);
    assert.equal(shown.lines.at(-1), '6 to import, 1 skipped');
    const applied = await importState(nowhere.path, STATE, '--apply');
    assert.deepEqual([applied.status, applied.lines], [122, ['']]);
  });

  it('refuses a damaged file in one line', async () => {
    const damaged = folder.file('damaged');
    await writeFile(damaged, 'root:x:0:0');
    for (const args of [[], ['--apply']]) {
      const { status, lines, stderr } = await importState(folder.path, damaged, ...args);
      assert.deepEqual([status, lines], [124, ['']]);
      assert.match(stderr, /^[^\n]*: at byte 0: expected [^\n]* \[STATE_INVALID\]\n$/);
    }
  });
});
