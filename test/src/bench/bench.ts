import { StartError } from '@albatross/shared/runtime/run';
import { writeFile } from 'node:fs/promises';
import { argv } from 'node:process';
import { compare, type Finding } from './comparison.ts';
import type { Ground } from './group.ts';
import { GROUPS } from './groups.ts';
import { StolenTime, describeMachine, versionsOf } from './machine.ts';
import type { Options } from './options.ts';
import { measurePeer } from './peer/measure-peer.ts';
import { readBaseline } from './read-result.ts';
import type { BenchResult } from './result.ts';
import type { Absence, Row, Series } from './row.ts';
import { table } from './table.ts';
import { TARGETS } from './targets.ts';

/** Measures, prints, and writes what was asked for. Rejects with a `StartError` that says what went wrong. */
export async function bench(options: Options, stop: AbortSignal): Promise<'done'> {
  // Told before minutes are spent on it.
  if (options.baseline !== null && options.isQuick)
    throw new StartError('figures of --quick mean nothing, and cannot be compared with a baseline');
  const baseline = options.baseline === null ? null : await readBaseline(options.baseline);
  const startedAt = new Date();
  const stolen = new StolenTime();
  const rows: Row[] = [];
  const absent: Absence[] = [];
  const series: Series[] = [];
  const ground: Ground = {
    isQuick: options.isQuick,
    peer: options.peer,
    stop,
    row: (row) => rows.push(row),
    absent: (absence) => absent.push(absence),
    series: (one) => series.push(one),
    say: (text) => process.stderr.write(`${text}\n`),
  };
  const failures = await measureAll(options.only, ground);
  const result: BenchResult = {
    format: 1,
    startedAt: startedAt.toISOString(),
    durationSeconds: (Date.now() - startedAt.getTime()) / 1000,
    command: ['npm run bench', ...(argv.length > 2 ? ['--', ...argv.slice(2)] : [])].join(' '),
    isQuick: options.isQuick,
    machine: { ...(await describeMachine()), stolen: stolen.share() },
    versions: await versionsOf(),
    rows,
    absent: absent.map((absence) => ({ who: 'ours', ...absence })),
    series: series.map((one) => ({ ...one, points: [...one.points] })),
  };
  process.stdout.write(`${table(result, TARGETS)}\n`);
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
  if (stop.aborted) throw new StartError('interrupted, before everything was measured');
  const worse = baseline === null ? [] : tellWorse(compare(baseline, result, options.only), ground);
  const problems = [
    ...(failures.length > 0 ? [`not measured: ${failures.join('; ')}`] : []),
    ...(worse.length > 0 ? [`worse than ${options.baseline}: ${worse.join('; ')}`] : []),
  ];
  if (problems.length > 0) throw new StartError(problems.join('\n'));
  return 'done';
}

/** Returns what was not measured that should have been: one that fails leaves the others to be measured. */
async function measureAll(only: Options['only'], ground: Ground): Promise<readonly string[]> {
  const failures: string[] = [];
  const attempt = async (what: string, measure: Promise<void>): Promise<void> => {
    await measure.catch((error: unknown) => {
      failures.push(`${what}: ${messageOf(error)}`);
      if (error instanceof Error) ground.say(error.stack ?? '');
    });
  };
  for (const group of GROUPS) {
    if (only !== null && !only.includes(group.name)) continue;
    if (ground.stop.aborted) break;
    ground.say(`${group.name}: ${group.what}`);
    await attempt(group.name, group.measure(ground));
    // In turn with ours, so that whatever else the machine does slows down both.
    await attempt(`${group.name} of the original`, measurePeer(group.name, ground));
  }
  return failures;
}

/** Says what was found, and returns what must not be. */
function tellWorse(findings: readonly Finding[], { say }: Ground): readonly string[] {
  for (const { kind, text } of findings) if (kind === 'note') say(`compared: ${text}`);
  const failed = findings.flatMap(({ kind, text }) => (kind === 'failure' ? [text] : []));
  if (failed.length === 0)
    say('compared: no ratio and no memory is twice as bad as in the baseline');
  return failed;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
