import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { compileStandInTender } from './stand-in-tender.ts';

export type Target = 'spt' | 'hvt';

/** A stand-in or the real tender; both must pass the same tests. */
export interface TenderUnderTest {
  readonly title: string;
  readonly target: Target;
  /** Name or absolute path of the executable. */
  readonly executable: string;
  /** Why its tests are skipped here, or false. */
  readonly absent: string | false;
}

export async function tendersUnderTest(): Promise<readonly TenderUnderTest[]> {
  const folder = await compileStandInTender();
  return (['spt', 'hvt'] as const).flatMap((target) => {
    const name = `solo5-${target}`;
    const absent = absence(name, target);
    return [
      { title: `the stand-in ${name}`, target, executable: join(folder, name), absent: false },
      { title: `the real ${name}`, target, executable: name, absent },
    ];
  });
}

function absence(name: string, target: Target): string | false {
  const { error, stderr } = spawnSync(name, ['--version'], { encoding: 'utf8' });
  if (error !== undefined || stderr.includes('stand-in')) return `there is no real ${name} in PATH`;
  return target === 'hvt' && !canUseKvm() ? `${name} needs /dev/kvm` : false;
}

function canUseKvm(): boolean {
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
