import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { promisify } from 'node:util';
import type { BenchResult } from './result.ts';

type Machine = BenchResult['machine'];

/** What figures depend on, as the machine says it. */
export async function describeMachine(): Promise<Omit<Machine, 'stolen'>> {
  return {
    cpus: cpus().length,
    cpuModel: cpus()[0]?.model ?? 'unknown',
    memoryMib: Math.round(totalmem() / 2 ** 20),
    kernel: release(),
    system: /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown',
  };
}

/** First lines of what the programs say of themselves; none of what is not there. */
export async function versionsOf(): Promise<Readonly<Record<string, string>>> {
  const programs = [
    ['nats-server', '--version'],
    ['openssl', 'version'],
    ['solo5-spt', '--version'],
  ] as const;
  const versions: Record<string, string> = { node: process.version };
  for (const [program, word] of programs) {
    try {
      const { stdout, stderr } = await promisify(execFile)(program, [word]);
      versions[program] = (stdout + stderr).split('\n')[0]?.trim() ?? '';
    } catch {
      // It is not there, and so took no part.
    }
  }
  return versions;
}

/** How much of the machine a hypervisor gave to others: then a run says little. */
export class StolenTime {
  readonly #begin = readTimes();

  /** 0 to 1, since it was made. */
  share(): number {
    const now = readTimes();
    const all = now.all - this.#begin.all;
    return all === 0 ? 0 : (now.stolen - this.#begin.stolen) / all;
  }
}

/** The first line of /proc/stat: `cpu user nice system idle iowait irq softirq steal guest guest_nice`. */
function readTimes(): { readonly all: number; readonly stolen: number } {
  const fields =
    readFileSync('/proc/stat', 'latin1').split('\n', 1)[0]?.split(/\s+/).slice(1, 9) ?? [];
  const times = fields.map(Number);
  return { all: times.reduce((sum, time) => sum + time, 0), stolen: times[7] ?? 0 };
}
