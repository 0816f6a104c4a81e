import { StartError } from '@albatross/shared/runtime/run';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from '../chaos/journal.ts';
import { Endpoint } from '../harness/endpoint.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { realTenders, standInTender, type Tenders } from '../harness/tender-path.ts';
import { soak, type SoakOptions } from './soak.ts';
import { noneOf, tableOf } from './verdict.ts';

/** What a service logs when somebody must act: no kill is a reason for that. */
const ERROR_RECORD = /^.*"level":50.*$/gm;

/** Starts a system, lets it soak, ends it, and prints the table. Whether all is good. */
export async function soakOnce(options: Omit<SoakOptions, 'journal'>): Promise<boolean> {
  const { isReal, say } = options;
  using journal = new Journal(join(await mkdtemp(join(tmpdir(), 'soak-')), 'requests.log'));
  // A Ctrl-C in a terminal is for us alone: we end it when its unikernels have ended.
  const inside = ['setsid'];
  const tenders = isReal ? realSpt() : await standInTender();
  await using endpoint = await Endpoint.of(await RunningSystem.start({ tenders, inside }));
  const verdicts = await soak(endpoint, { ...options, journal });
  const { system, gateway } = endpoint;
  const gatewayEnded = await gateway.stop();
  const { status, stderr } = await system.stop();
  const bad = status === 0 ? [] : [`the runner ended with status ${status}`];
  const logged = `${stderr}${gatewayEnded.stderr}`.match(ERROR_RECORD) ?? [];
  const all = [...verdicts, noneOf('errors that services logged', [...bad, ...logged])];
  for (const line of tableOf(all)) say(line);
  return all.every(({ problems }) => problems.length === 0);
}

function realSpt(): Tenders {
  const { 'solo5-spt': spt } = realTenders();
  if (spt === undefined) throw new StartError('there is no real solo5-spt in PATH');
  return { 'solo5-spt': spt };
}
