import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { SYSTEMD } from './checkout.ts';

/** Of ten: how much a service that is broken into could do. */
const EXPOSURE_MAX = 2.5;
const EXPOSURE_OF_SUPERVISOR_MAX = 5;

const files = readdirSync(SYSTEMD).filter((file) => /\.(service|socket|target)$/.test(file));

function analyze(t: TestContext, ...words: readonly string[]): string | null {
  const { status, stdout, stderr, error } = spawnSync('systemd-analyze', words, {
    encoding: 'utf8',
  });
  if (error !== undefined) {
    t.skip('there is no systemd-analyze here');
    return null;
  }
  assert.equal(status, 0, stderr);
  return stdout + stderr;
}

describe('the units', () => {
  it('are understood by systemd', (t) => {
    const paths = files.map((file) => join(SYSTEMD, file));
    const said = analyze(t, 'verify', '--man=no', ...paths);
    if (said === null) return;
    // What this machine has not, or not of this systemd, is no fault of theirs.
    const lines = said
      .split('\n')
      .filter(
        (line) => !/is not executable|Unknown (?:system call|key 'DelegateSubgroup')/.test(line),
      );
    assert.deepEqual(
      lines.filter((line) => line !== ''),
      [],
    );
  });

  for (const file of files.filter((file) => file.endsWith('.service')))
    it(`let ${file} do little`, (t) => {
      const words = ['security', '--offline=yes', '--no-pager', join(SYSTEMD, file)];
      const said = analyze(t, ...words);
      if (said === null) return;
      const exposure = Number(/exposure level for \S+: ([\d.]+)/.exec(said)?.[1]);
      const most = file.includes('supervisor') ? EXPOSURE_OF_SUPERVISOR_MAX : EXPOSURE_MAX;
      assert.ok(exposure <= most, `${exposure} of at most ${most}`);
    });

  it('have every service restarted, whatever happened to it', () => {
    for (const file of files.filter((file) => file.endsWith('.service'))) {
      const text = readFileSync(join(SYSTEMD, file), 'utf8');
      // What does something once, and has no process.
      if (text.includes('\nType=oneshot\n')) continue;
      assert.match(text, /^Restart=always$/m, file);
      assert.match(text, /^StartLimitIntervalSec=0$/m, file);
    }
  });
});
