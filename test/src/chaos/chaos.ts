import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';
import { Figures } from './figures.ts';
import { Findings } from './findings.ts';
import { Journal } from './journal.ts';
import { canHaveNetworks } from './own-network.ts';
import { SeedRun, type SeedRunOptions } from './seed-run.ts';

const SHOWN_MAX = 40;
/** What a service logs when somebody must act: no kill is a reason for that. */
const ERROR_RECORD = /^.*"level":50.*$/gm;

/** Runs one seed and tells of it. False when something was not as it must be; then the state is kept. */
export async function runSeed(
  options: SeedRunOptions,
  say: (text: string) => void,
): Promise<boolean> {
  const { seed, operations, clients } = options;
  const networks = canHaveNetworks() ? 'with taps' : 'without taps, which take root';
  say(`seed ${seed}: ${operations} operations of ${clients} clients, ${networks}`);
  const findings = new Findings();
  const figures = new Figures();
  const dir = await mkdtemp(join(tmpdir(), `albatross-chaos-${seed}-`));
  // mkdtemp makes it ours alone, and tenders are somebody else.
  await chmod(dir, 0o755);
  using journal = new Journal(join(dir, 'requests.log'));
  await using system = await RunningSystem.start({ tenders: await standInTender(), dir });
  const tell = (text: string): void => say(`seed ${seed}: ${text}`);
  try {
    await new SeedRun(options, { system, findings, figures, journal, say: tell }).run();
  } catch (error) {
    findings.add(`it came to an early end: ${textOf(error)}`);
  }
  const log = await endOf(system, findings);
  const verdict = findings.all.length === 0 ? 'consistent' : 'INCONSISTENT';
  tell(`${verdict} after ${figures.seconds.toFixed(1)} s | ${figures.describe()}`);
  if (findings.all.length === 0) {
    await rm(dir, { recursive: true });
    return true;
  }
  const logFile = join(dir, 'system.log');
  await writeFile(logFile, log);
  for (const text of findings.all.slice(0, SHOWN_MAX)) tell(text);
  if (findings.all.length > SHOWN_MAX) tell(`and ${findings.all.length - SHOWN_MAX} more`);
  tell(`the state is kept in ${dir}; what the services said is in system.log there`);
  tell('what was asked and killed is in requests.log');
  return false;
}

/** What the services said. */
async function endOf(system: RunningSystem, findings: Findings): Promise<string> {
  try {
    const { status, stdout, stderr } = await system.stop();
    if (status !== 0) findings.add(`the runner ended with status ${status}`);
    for (const [line] of stderr.matchAll(ERROR_RECORD)) findings.add(`logged: ${line}`);
    return `${stderr}${stdout}`;
  } catch (error) {
    findings.add(`the runner does not end: ${textOf(error)}`);
    return textOf(error);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
