import { livesFolder, foldersOf } from '@albatross/shared/runtime/folders';
import { run, StartError, STOP_DEADLINE_MS } from '@albatross/shared/runtime/run';
import type { Scope } from '@albatross/shared/runtime/scope';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBestImage } from './best-image.ts';
import { DemoSteps, STEP_DEADLINE_MS } from './demo-steps.ts';
import { System } from './system.ts';

const LAST_LINE = 'tick 5';
const CLEAN_DEADLINE_MS = 10_000;
/** Closing is more than stopping the system here: a last command comes before it, and its traces going. */
const END_DEADLINE_MS = STEP_DEADLINE_MS + CLEAN_DEADLINE_MS + STOP_DEADLINE_MS;

/** The whole way once: a unikernel is created, prints, is looked at, and is destroyed. */
const demo = async (scope: Scope, stop: AbortSignal): Promise<'done'> => {
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
};

await run('demo', null, demo, { stopDeadlineMs: END_DEADLINE_MS });

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
