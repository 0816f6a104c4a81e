import { LOADER } from '@albatross/shared/runtime/testing/loader';
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { Program } from '../harness/program.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const DEADLINE_MS = 240_000;

it(
  'nothing grows, is left or lost under a load of everything for a few seconds',
  { timeout: DEADLINE_MS },
  async (t) => {
    const command = [process.execPath, ...LOADER, MAIN, '--seconds', '8'];
    const program = Program.start(command, { env, cwd: process.cwd() });
    // Should the test be given up, nothing of it goes on.
    t.after(() => program.signal('SIGTERM'));
    const { status, stdout, stderr } = await program.ended(DEADLINE_MS);
    for (const line of stdout.split('\n')) t.diagnostic(line);
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, /^open files of supervisor .* good$/m);
  },
);
