/**
 * `npm run package:test`: our Debian package in a Debian that systemd has booted, in namespaces of its own.
 * It is installed, carries out a command over TLS from another network, is rebooted, upgraded, removed and
 * purged, and nobody may do more than he should. Needs root, and the Debian packages debootstrap and systemd.
 *
 * Ends with 1 when something is not as it must be; then the tree's log is kept, and its place printed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dom0 } from './dom0.ts';
import { STEPS } from './steps.ts';

const folder = mkdtempSync(join(tmpdir(), 'albatross-package-test-'));
try {
  await using dom0 = await Dom0.install(folder, say);
  for (const { title, carryOut } of STEPS) {
    const startedAt = performance.now();
    await carryOut(dom0);
    say(`✔ ${title} (${((performance.now() - startedAt) / 1_000).toFixed(1)} s)`);
  }
  say(`${STEPS.length} steps, all as it must be`);
  rmSync(folder, { recursive: true });
} catch (error) {
  process.exitCode = 1;
  say(`✖ ${error instanceof Error ? error.stack : String(error)}`);
  say(`what was logged is in ${folder}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
