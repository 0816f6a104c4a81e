import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, readdir, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { it } from 'node:test';
import { promisify } from 'node:util';
import { withStandIn } from '../../../client/src/installed/rehearsal.ts';
import { clientProgram } from '../harness/client-program.ts';

it('shows unikernels without the part of the installed client that is read when it is needed', async () => {
  const launcher = await clientProgram();
  await using folder = await TemporaryFolder.make();
  await cp(dirname(launcher), folder.path, { recursive: true });
  const [rest = '', ...others] = (await readdir(folder.path)).filter((one) =>
    one.endsWith('-rest.js'),
  );
  assert.deepEqual(others, []);
  await rm(folder.file(rest));
  const program = folder.file(basename(launcher));
  await withStandIn(async (dir) => {
    const { stdout } = await promisify(execFile)(program, ['--dir', dir, 'info']);
    assert.match(stdout, /^hello +running /m);
    await assert.rejects(promisify(execFile)(program, ['--dir', dir, 'policy']), /ENOENT/);
  });
});
