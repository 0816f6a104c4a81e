import { LOADER } from '@albatross/shared/runtime/testing/loader';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PROGRAM = fileURLToPath(new URL('./testing/starved-program.ts', import.meta.url));

describe('stats that can open no more files', () => {
  it('sample what they have open, say once what they cannot, and all again when they can', async () => {
    const command = 'ulimit -n 100 && exec "$@"';
    const words = ['-c', command, 'sh', process.execPath, ...LOADER, PROGRAM];
    const { stdout } = await promisify(execFile)('sh', words);
    const said = Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map((line) => [
          line.slice(0, line.indexOf(' ')),
          JSON.parse(line.slice(line.indexOf(' '))),
        ]),
    ) as { starved: [number, boolean, string[], number]; fed: [number, string[]] };
    const [lives, isSampled, warnings, count] = said.starved;
    assert.ok(lives > 0 && lives < 20, String(lives));
    assert.equal(isSampled, true);
    assert.ok(warnings.includes('a life cannot be sampled'));
    // One for each life that could not be opened, and for each file of those that could, at most.
    assert.ok(count <= 20 - lives + 3 * lives + 2, `${count} warnings`);
    assert.deepEqual(said.fed, [20, []]);
  });
});
