/**
 * `npm run soak -- MINUTES`: whether anything grows, or is left or lost, under a load of everything.
 * `options.ts` tells the rest.
 */
import { run, StartError } from '@albatross/shared/runtime/run';
import { tmpdir } from 'node:os';
import { argv, env, execArgv, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { canHaveOwnNetwork, runInOwnNetwork } from '../chaos/own-network.ts';
import { HeapTeller } from './heap-teller.ts';
import { readOptions, USAGE, type Options } from './options.ts';
import { soakOnce } from './soak-once.ts';
import { Workplace } from './workplace.ts';

/** Everything that was created is destroyed first. */
const STOP_DEADLINE_MS = 180_000;

const options = tryRead();
if (options === null) process.stdout.write(`${USAGE}\n`);
else if (options === 'bad') process.exitCode = 2;
else await begin(options);

function tryRead(): Options | null | 'bad' {
  try {
    return readOptions(argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    return 'bad';
  }
}

/** In a network, and among processes, of its own where that can be had. */
async function begin(read: Options): Promise<void> {
  // The gateway is waited for until it says that it is ready.
  env['ALBATROSS_LOG_LEVEL'] ??= 'info';
  env['ALBATROSS_STATS_INTERVAL_S'] ??= '1';
  if (read.isInside) return await runSoak(read);
  using workplace = Workplace.make();
  // Whatever is left there when somebody ends us goes with it.
  env['TMPDIR'] = workplace.folder;
  if (!canHaveOwnNetwork()) await runSoak(read);
  else {
    const self = [execPath, ...execArgv, fileURLToPath(import.meta.url), '--inside'];
    const status = await runInOwnNetwork([...self, ...argv.slice(2)]);
    // The shell there says otherwise of a Ctrl-C.
    process.exitCode = status === 0 ? 0 : 1;
  }
}

async function runSoak({ seconds, seed, isReal }: Options): Promise<void> {
  const heaps = new HeapTeller(tmpdir());
  env['NODE_OPTIONS'] = [env['NODE_OPTIONS'] ?? '', heaps.nodeOptions].join(' ').trim();
  const soaking = async (_: unknown, stop: AbortSignal): Promise<'done'> => {
    const isGood = await soakOnce({ seconds, seed, isReal, heaps, stop, say }).catch(
      (error: unknown) => {
        if (stop.aborted) throw new StartError('interrupted, before all was seen');
        throw error;
      },
    );
    if (isGood) return 'done';
    throw new StartError('not everything is zero or flat');
  };
  await run('soak', null, soaking, { stopDeadlineMs: STOP_DEADLINE_MS });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
