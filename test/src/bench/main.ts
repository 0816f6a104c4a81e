/** `npm run bench`: how long things take here, beside what nobody could do better. `options.ts` tells the rest. */
import { run } from '@albatross/shared/runtime/run';
import { argv } from 'node:process';
import { bench } from './bench.ts';
import { GROUPS } from './groups.ts';
import { readOptions, USAGE, type Options } from './options.ts';

/** The largest group ends a thousand unikernels first. */
const STOP_DEADLINE_MS = 180_000;

const names = GROUPS.map(({ name }) => name);
const options = tryRead();
if (options === null) process.stdout.write(`${USAGE.replace('GROUPS', names.join(', '))}\n`);
else if (options === 'bad') process.exitCode = 2;
else await runBench(options);

function tryRead(): Options | null | 'bad' {
  try {
    return readOptions(argv.slice(2), names);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${why}; see npm run bench -- --help\n`);
    return 'bad';
  }
}

async function runBench(read: Options): Promise<void> {
  await run('bench', null, async (_, stop) => await bench(read, stop), {
    stopDeadlineMs: STOP_DEADLINE_MS,
  });
}
