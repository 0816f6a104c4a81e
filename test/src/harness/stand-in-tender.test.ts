import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { filesFor, refusals } from './stand-in-refusals.ts';
import type { Refusal } from './stand-in-refusals.ts';
import { compileStandInTender } from './stand-in-tender.ts';
import { tendersUnderTest } from './tenders-under-test.ts';
import type { Target } from './tenders-under-test.ts';

const DEADLINE_MS = 20_000;
const PERMISSIONS = 0o777;

const places = { spt: filledFolder('spt'), hvt: filledFolder('hvt') };
after(() => {
  for (const place of Object.values(places)) rmSync(place, { recursive: true });
});

for (const { title, target, executable, absent } of await tendersUnderTest()) {
  describe(title, () => {
    for (const refusal of refusals) {
      it(`refuses when ${refusal.why}`, (t) => {
        if (absent !== false) return t.skip(absent);
        const got = runTender(executable, target, refusal.words);
        const { status, stdout } = got;
        const expected = { status: 1, stdout: '', said: answer(refusal, target) };
        assert.deepEqual({ status, stdout, said: withoutOptions(got.stderr) }, expected);
      });
    }

    it('tells its name and its ABI version on stderr', (t) => {
      if (absent !== false) return t.skip(absent);
      const { status, stdout, stderr } = runTender(executable, target, ['--foo', '--version']);
      assert.deepEqual([status, stdout], [0, '']);
      assert.match(stderr, new RegExp(`^solo5-${target} tender, version \\S+\nABI version 2\n$`));
    });
  });
}

describe('the folder of the stand-ins', () => {
  it('is made once, and every user can run what is in it', async () => {
    const folder = await compileStandInTender();
    assert.equal(await compileStandInTender(), folder);
    assert.equal(statSync(folder).mode & PERMISSIONS, 0o755);
    for (const name of ['solo5-spt', 'solo5-hvt']) {
      const { mode, size } = statSync(join(folder, name));
      assert.equal(mode & PERMISSIONS, 0o755);
      assert.ok(size <= 1 << 20, `${name} has ${size} bytes`);
    }
  });

  it('is not made without a compiler, and the reason says what to install', async () => {
    await assert.rejects(compileStandInTender('no-such-compiler'), /apt install gcc libc6-dev/);
  });
});

describe('a stand-in', () => {
  const cases = [
    { what: 'a disk with sectors of its own', words: ['--block-sector-size:storage=1024', 'disk'] },
    { what: '-- before the image', words: ['--', 'disk'] },
    { what: 'text after the number of --mem', words: ['--mem=10M', 'disk'] },
  ];
  for (const { what, words } of cases) {
    it(`takes ${what}`, async () => {
      const executable = join(await compileStandInTender(), 'solo5-spt');
      const got = runTender(executable, 'spt', ['--block:storage=1024B', ...words]);
      assert.deepEqual([got.status, got.stderr], [0, '']);
    });
  }

  it('goes by its name, with the ABI version behind it too', async () => {
    const named = join(places.hvt, 'solo5-hvt.2');
    symlinkSync(join(await compileStandInTender(), 'solo5-spt'), named);
    const { status, stderr } = runTender(named, 'hvt', ['nosuch']);
    assert.equal(status, 1);
    assert.equal(stderr, 'solo5-hvt.2: nosuch: Could not open: No such file or directory\n');
  });

  it('rounds and bounds the memory of hvt, and none of spt', async () => {
    const folder = await compileStandInTender();
    const hvt = runTender(join(folder, 'solo5-hvt'), 'hvt', ['--mem=5', 'plain']);
    assert.deepEqual(
      [hvt.status, hvt.stderr],
      [0, 'solo5-hvt: adjusting memory to 4194304 bytes\n'],
    );
    const large = runTender(join(folder, 'solo5-hvt'), 'hvt', ['--mem=20000', 'plain']);
    const most = 'guest memory size 20971520000 bytes exceeds the max size 4294967296 bytes';
    assert.deepEqual([large.status, large.stderr], [1, `solo5-hvt: ${most}\n`]);
    const spt = runTender(join(folder, 'solo5-spt'), 'spt', ['--mem=5', 'plain']);
    assert.deepEqual([spt.status, spt.stderr], [0, '']);
  });
});

function filledFolder(target: Target): string {
  const place = mkdtempSync(join(tmpdir(), 'stand-in-test-'));
  for (const [name, bytes] of filesFor(target)) writeFileSync(join(place, name), bytes);
  return place;
}

function runTender(executable: string, target: Target, words: readonly string[]) {
  return spawnSync(executable, words, {
    cwd: places[target],
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: DEADLINE_MS,
  });
}

function answer(refusal: Refusal, target: Target): readonly string[] {
  const name = `solo5-${target}`;
  const lines = refusal.says.map((line) => `${name}: ${line.replaceAll('solo5-T', name)}`);
  const modules = target === 'hvt' ? '[ MODULE OPTIONS ] ' : '';
  const usage = `usage: ${name} [ CORE OPTIONS ] ${modules}[ -- ] KERNEL [ ARGS ]`;
  return refusal.usage ? [...lines, usage] : lines;
}

/** The lines of stderr, without the list of options that follows the first line of the usage. */
function withoutOptions(stderr: string): readonly string[] {
  const lines = stderr.trimEnd().split('\n');
  const usageAt = lines.findIndex((line) => line.startsWith('usage: '));
  return usageAt < 0 ? lines : lines.slice(0, usageAt + 1);
}
