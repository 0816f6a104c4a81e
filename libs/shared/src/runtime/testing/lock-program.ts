import { spawn } from 'node:child_process';
import { lockFile } from '../lock-file.ts';
import { run } from '../run.ts';

/** Holds the lock on its argument until it is stopped; with `child`, starts one that outlives it. */
const [path = '', child] = process.argv.slice(2);

await run('program', null, async (scope) => {
  scope.use(await lockFile(path, 'a program of this file'));
  if (child === 'child') {
    const sleeper = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    sleeper.unref();
    process.stdout.write(`${sleeper.pid}\n`);
  }
  process.stdout.write('locked\n');
});
