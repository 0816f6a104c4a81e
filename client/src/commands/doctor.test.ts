import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { clientProgram } from '@albatross/test/harness/client-program';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, readdir } from 'node:fs/promises';
import { describe, it } from 'node:test';

const CLIENT = await clientProgram();
/** The number that stands for nobody. */
const NOBODY = 65534;
const DEADLINE_MS = 30_000;

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function doctor(args: readonly string[], identity: { uid?: number; gid?: number } = {}): Ended {
  const options = { encoding: 'utf8', timeout: DEADLINE_MS, cwd: '/', ...identity } as const;
  return spawnSync(process.execPath, [CLIENT, 'doctor', ...args], options);
}

describe('doctor', () => {
  it('tells what fails and what mends it where nothing is set up, and changes nothing', async () => {
    await using folder = await TemporaryFolder.make();
    const { status, stdout, stderr } = doctor(['--dir', folder.path]);
    assert.deepEqual([status, stderr], [117, '']);
    assert.match(
      stdout,
      /\nfail {2}bus +there is no \S+\/etc\/bus\.url; [^\n]+\n {6}mend it: npm start -- --dir \S+\n/,
    );
    assert.match(stdout, /\n\d+ ok, \d+ warn, \d+ fail\n$/);
    assert.deepEqual(await readdir(folder.path), []);
  });

  it('prints one array for programs', async () => {
    await using folder = await TemporaryFolder.make();
    const { status, stdout, stderr } = doctor(['--dir', folder.path, '--json']);
    assert.deepEqual([status, stderr], [117, '']);
    const findings = JSON.parse(stdout) as readonly Record<string, unknown>[];
    for (const finding of findings) {
      assert.deepEqual(Object.keys(finding), ['level', 'check', 'text', 'mend']);
      assert.equal(finding['mend'] === null, finding['level'] === 'ok');
    }
  });

  it('works for an ordinary user', async (t) => {
    if (process.getuid?.() !== 0) return t.skip('only root can become somebody else');
    await using folder = await TemporaryFolder.make();
    await chmod(folder.path, 0o755);
    const { stdout, stderr, status } = doctor(['--dir', folder.path], { uid: NOBODY, gid: NOBODY });
    if (/EACCES|Cannot find module/.test(stderr)) return t.skip('nobody may read the program here');
    assert.deepEqual([status, stderr], [117, '']);
    assert.match(stdout, /\nfail {2}bus /);
  });

  it('refuses options of other hosts, and no folder, in one line', () => {
    const elsewhere = doctor(['--destination', 'host']);
    assert.equal(elsewhere.status, 124);
    assert.match(elsewhere.stderr, /^[^\n]+; type it on that host \[USAGE_INVALID\]\n$/);
    assert.equal(doctor(['--dir', '']).status, 124);
  });
});
