/**
 * `npm run flood -- --unikernels N --lines-per-second N --seconds N`: that many unikernels print that many
 * lines, and every line must be accounted for. `options.ts` tells the rest.
 */
import { run, StartError } from '@albatross/shared/runtime/run';
import { argv } from 'node:process';
import { destroyMany } from '../harness/many.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';
import { flood } from './flood.ts';
import { readOptions, USAGE, type Options } from './options.ts';
import { report } from './report.ts';

/** A thousand unikernels are not ended in a moment. */
const STOP_DEADLINE_MS = 180_000;

const options = tryRead();
if (options === null) say(USAGE);
else if (options === 'bad') process.exitCode = 2;
else await runFlood(options);

function tryRead(): Options | null | 'bad' {
  try {
    return readOptions(argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    return 'bad';
  }
}

async function runFlood(read: Options): Promise<void> {
  await run('flood', null, async (_, stop) => await floodOnce(read, stop), {
    stopDeadlineMs: STOP_DEADLINE_MS,
  });
}

async function floodOnce(read: Options, stop: AbortSignal): Promise<'done'> {
  // A Ctrl-C in a terminal is for us alone: we end it when its unikernels have ended.
  const inside = ['setsid'];
  await using system = await RunningSystem.start({ tenders: await standInTender(), inside });
  const floodOptions = { ...read, stop, say };
  try {
    const outcome = await flood(system, floodOptions);
    for (const line of report(outcome, floodOptions)) say(line);
    if (outcome.problems.length > 0) throw new StartError('not every line is accounted for');
  } catch (error) {
    if (!stop.aborted) throw error;
    say('interrupted, before every line was accounted for');
    process.exitCode = 1;
  }
  await endQuietly(system);
  return 'done';
}

/** Whoever is ended by leaving the scope shows all that was logged. */
async function endQuietly(system: RunningSystem): Promise<void> {
  const administrator = await system.administrator();
  const all = await administrator.list();
  await destroyMany(
    administrator,
    all.map(({ name }) => name),
  );
  await system.untilNothingLives();
  const { status, stderr } = await system.stop();
  if (status !== 0 || /"level":50/.test(stderr)) throw new Error(`the system said:\n${stderr}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
