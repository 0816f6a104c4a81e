import { livesFolder, foldersOf } from '@albatross/shared/runtime/folders';
import { run, StartError } from '@albatross/shared/runtime/run';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBestImage } from './best-image.ts';
import { DemoSteps } from './demo-steps.ts';
import { System } from './system.ts';

const LAST_LINE = 'tick 5';
const CLEAN_DEADLINE_MS = 10_000;

/** Shows the whole way once: a unikernel is created, prints, is looked at, and is destroyed. */
await run('demo', async (scope, stop) => {
  const best = await findBestImage(process.env['PATH'] ?? '');
  if (best === null)
    throw new StartError('there is no tender in PATH: neither solo5-spt nor qemu-system-x86_64');
  const dir = await mkdtemp(join(tmpdir(), 'albatross-demo-'));
  scope.use({ [Symbol.asyncDispose]: async () => await rm(dir, { recursive: true, force: true }) });
  await chmod(dir, 0o755);
  say(`starting albatross, with everything in ${dir}`);
  scope.use(await System.start({ dir, env: process.env, say, stop }));
  const step = new DemoSteps({ dir, env: process.env }, stop);
  scope.use({ [Symbol.asyncDispose]: async () => await untilEmpty(livesFolder(foldersOf(dir))) });
  await step.run('create', 'hello', best.image, '--arg', 'tick=500');
  scope.use({
    [Symbol.asyncDispose]: async () =>
      await new DemoSteps({ dir, env: process.env }).run('destroy', 'hello'),
  });
  await step.runUntil(LAST_LINE, 'console', 'hello', '--follow');
  await step.run('info');
  return 'done';
});

if (process.exitCode === undefined) say('done; nothing is left behind');

async function untilEmpty(folder: string): Promise<void> {
  for (const end = Date.now() + CLEAN_DEADLINE_MS; Date.now() < end; await sleep(50)) {
    if ((await readdir(folder)).length === 0) return;
  }
  throw new StartError(`${folder} still holds ${(await readdir(folder)).join(', ')}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
