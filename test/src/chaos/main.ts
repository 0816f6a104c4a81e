/**
 * `npm run chaos -- --seed S --operations N`: random operations of several clients at once, while services,
 * tenders and keepers are killed; then everything must fit together, and nothing be left once all is
 * destroyed. A seed decides what each client does and what is killed; in which order the requests of several
 * clients meet, and where exactly a kill hits, it cannot decide.
 *
 * Ends with 1 when something was not as it must be; then the state is kept.
 */
import { argv, env, execArgv, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { runSeed } from './chaos.ts';
import { readOptions, USAGE, type Options } from './options.ts';
import { canHaveOwnNetwork, runInOwnNetwork } from './own-network.ts';

// Whoever looks for a cause wants to know what the services did.
env['ALBATROSS_LOG_LEVEL'] ??= 'info';

const options = tryRead();
process.exitCode = options === null ? 2 : await runSeeds(options);

function tryRead(): Options | null {
  try {
    return readOptions(argv.slice(2));
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return null;
  }
}

/** Each seed has a network, and processes, of its own where that can be had. */
async function runSeeds({ seeds, operations, clients, isInside }: Options): Promise<number> {
  const isOwn = !isInside && canHaveOwnNetwork();
  const counts = ['--operations', String(operations), '--clients', String(clients)];
  const self = [execPath, ...execArgv, fileURLToPath(import.meta.url), '--inside', ...counts];
  const bad: number[] = [];
  for (const seed of seeds) {
    const status = isOwn
      ? await runInOwnNetwork([...self, '--seed', String(seed)])
      : Number(!(await runSeed({ seed, operations, clients }, say)));
    if (status === null) return 1;
    if (status !== 0) bad.push(seed);
  }
  if (seeds.length > 1)
    say(`${seeds.length} seeds, of which not good: ${bad.join(', ') || 'none'}`);
  return bad.length === 0 ? 0 : 1;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
