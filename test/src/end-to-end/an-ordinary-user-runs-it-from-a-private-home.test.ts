import { eventually } from '@albatross/shared/bus/testing/asserts';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { helloImage } from '../../../examples/hello/src/index.ts';
import { entryTexts } from '../harness/console-entries.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { realTenders, standInTender } from '../harness/tender-path.ts';
import { processStat, usersOf } from '../harness/traces.ts';

const DEADLINE = { timeout: 60_000 };
/** Nobody has it. */
const UID = 64321;
const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

const skip = process.getuid?.() === 0 ? false : 'it needs root, to become somebody else';

describe('a home that nobody else may enter', { skip }, () => {
  let home: string;
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'albatross-home-'));
    await chmod(home, 0o700);
  });
  after(async () => await rm(home, { recursive: true }));

  it('is enough for an ordinary user to run all of it', DEADLINE, async () => {
    await chown(home, UID, UID);
    const checkout = join(home, 'albatross');
    await copyRepository(checkout);
    const { 'solo5-spt': spt } = { ...(await standInTender()), ...realTenders() };
    assert.ok(spt !== undefined);
    await using system = await RunningSystem.start({
      tenders: { 'solo5-spt': spt },
      dir: join(home, 'dir'),
      checkout,
      user: { uid: UID, home },
    });
    const image = join(checkout, 'examples/hello/images/hello.spt');
    const created = await system.albatross('create', 'hello', image, '--arg', 'lines=1');
    assert.deepEqual([created.status, created.stderr], [0, '']);
    await (await system.administrator()).untilExited('hello');
    const again = await system.albatross('create', 'hello', image, '--arg', 'hang');
    const pid = Number(/process (\d+)\n$/.exec(again.stdout)?.[1]);
    assert.deepEqual(usersOf(pid), Array(4).fill(UID), again.stderr);
    const { stdout } = await system.albatross('console', 'hello', '--count', '1000');
    assert.match(stdout, /line 1\n[^]*-- exit, status 0 --\n[^]*argument: hang\n$/);
    const destroyed = await system.albatross('destroy', 'hello');
    assert.deepEqual(destroyed, { status: 0, stdout: 'destroyed hello\n', stderr: '' });
    assert.equal(processStat(pid), null);
  });

  it("is good for root's system too, whose tenders are somebody else", DEADLINE, async () => {
    await using system = await RunningSystem.start({
      tenders: await standInTender(),
      dir: join(home, 'of-root'),
    });
    const administrator = await system.administrator();
    const { pid } = await administrator.create('hello', helloImage('spt'), 'hang');
    assert.ok(pid !== null);
    // Until it becomes the tender, its process is still the keeper's user.
    await eventually('its tender is somebody else', () => {
      const users = new Set(usersOf(pid));
      return users.size === 1 && !users.has(0);
    });
    await eventually('it says hello', async () =>
      entryTexts(await administrator.console('hello')).includes('argument: hang'),
    );
  });
});

/** What git knows or would add, and the installed packages, which are linked where that is possible. */
async function copyRepository(to: string): Promise<void> {
  const listing = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: REPOSITORY, encoding: 'utf8' },
  );
  for (const file of new Set(listing.split('\0'))) {
    if (file === '' || !existsSync(join(REPOSITORY, file))) continue;
    await mkdir(dirname(join(to, file)), { recursive: true });
    await copyFile(join(REPOSITORY, file), join(to, file));
  }
  const packages = [join(REPOSITORY, 'node_modules'), to];
  try {
    execFileSync('cp', ['-al', ...packages], { stdio: 'pipe' });
  } catch {
    // Another file system.
    execFileSync('cp', ['-a', ...packages]);
  }
}
