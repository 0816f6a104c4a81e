import { escapeLines } from '@albatross/shared/runtime/escape';
import { run } from '@albatross/shared/runtime/run';
import { relative } from 'node:path';
import { findBestImage } from './best-image.ts';
import { readOptions } from './options.ts';
import { System } from './system.ts';

// Whoever reads us may stop reading.
process.stdout.on('error', () => undefined);

await run('albatross', null, async (scope, stop) => {
  const { dir } = readOptions(process.argv.slice(2));
  const system = scope.use(
    await System.start({
      dir,
      env: process.env,
      programs: process.env['ALBATROSS_PROGRAMS'],
      say,
      stop,
    }),
  );
  scope.use({ [Symbol.asyncDispose]: async () => await tellWhatGoesOn(system) });
  say(
    `ready; in another terminal, type: npx albatross --dir ${shown(dir)} ${await firstCommand()}`,
  );
});

async function firstCommand(): Promise<string> {
  const best = await findBestImage(process.env['PATH'] ?? '');
  return best === null ? 'info' : `create hello ${shown(best.image)} --arg tick=1000`;
}

async function tellWhatGoesOn(system: System): Promise<void> {
  try {
    const names = (await system.running()).map(({ name, pid }) => `${name} (process ${pid})`);
    say(
      names.length === 0
        ? 'stopping; no unikernel is running'
        : `stopping; these unikernels go on running: ${names.join(', ')}`,
    );
  } catch {
    say('stopping; the supervisor does not answer, so unikernels may go on running');
  }
}

function shown(path: string): string {
  const short = relative(process.cwd(), path) || '.';
  return short.startsWith('..') ? path : short;
}

function say(text: string): void {
  process.stdout.write(`${escapeLines(text)}\n`);
}
