import { LOADER } from '@albatross/shared/runtime/testing/loader';
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { Program } from '../harness/program.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const DEADLINE_MS = 170_000;

it(
  'everything fits together after random operations and kills',
  { timeout: DEADLINE_MS },
  async (t) => {
    const words = ['--seed', '1', '--operations', '120'];
    const command = [process.execPath, ...LOADER, MAIN, ...words];
    const program = Program.start(command, { env, cwd: process.cwd() });
    // Should the test be given up, nothing of it goes on.
    t.after(() => program.signal('SIGTERM'));
    const { status, stdout, stderr } = await program.ended(DEADLINE_MS);
    assert.equal(status, 0, stdout + stderr);
  },
);
