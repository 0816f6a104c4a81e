import { eventually } from '@albatross/shared/bus/testing/asserts';
import type { Dom0 } from '../dom0.ts';

export interface Running {
  readonly name: string;
  readonly pid: number;
}

/** The unikernels that run, by the supervisor's own account. */
export function running(dom0: Dom0): readonly Running[] {
  const all = JSON.parse(dom0.run('albatross', 'info', '--json')) as readonly {
    readonly name: string;
    readonly state: string;
    readonly pid: number | null;
  }[];
  return all.flatMap(({ name, state, pid }) =>
    state === 'running' && pid !== null ? [{ name, pid }] : [],
  );
}

/** The process of a service; 0 while there is none. */
export function mainPid(dom0: Dom0, service: string): number {
  return Number(dom0.run('systemctl', 'show', '--value', '-p', 'MainPID', `albatross-${service}`));
}

/** Waits until a service is another process than it was, and says that it is ready. */
export async function renewed(dom0: Dom0, service: string, former: number): Promise<void> {
  await eventually(
    `albatross-${service} is another process`,
    () => {
      const pid = mainPid(dom0, service);
      const state = dom0.try('systemctl', 'is-active', `albatross-${service}`).trim();
      return pid !== 0 && pid !== former && state === 'active';
    },
    RENEWAL_MS_MAX,
  );
}

const RENEWAL_MS_MAX = 60_000;
