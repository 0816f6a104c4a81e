import { Failure } from '@albatross/shared/contracts/failures';
import type { NetDevice } from '@albatross/shared/domain/device';
import { readFileSync } from 'node:fs';
import { permittedCapabilities } from './capabilities.ts';
import { checkTun } from './device-access.ts';

export interface NetMachine {
  readonly changesUser: boolean;
  readonly bridges: () => readonly string[];
  /** Of ourselves, as /proc shows it. */
  readonly status?: string;
}

/** Whether taps could be made for these devices, and opened by their tender. Throws a `Failure`. */
export function checkNets(nets: readonly NetDevice[], machine: NetMachine): void {
  if (nets.length === 0) return;
  const there = machine.bridges();
  const wanted = nets.map(({ bridge }) => bridge);
  const missing = [...new Set(wanted.filter((bridge) => !there.includes(bridge)))];
  if (missing.length > 0) throw noBridge(missing, there);
  const status = machine.status ?? readFileSync('/proc/self/status', 'utf8');
  if (!permittedCapabilities(status).includes('NET_ADMIN')) {
    throw new Failure(
      'NETWORK_FAILED',
      'albatross may make no taps here, for it was started by an ordinary user; start it as root',
    );
  }
  checkTun(machine.changesUser);
}

function noBridge(missing: readonly string[], there: readonly string[]): Failure {
  const has = there.length === 0 ? 'it has none' : `it has ${there.join(', ')}`;
  const mends = missing.map((one) => `ip link add ${one} type bridge; ip link set ${one} up`);
  return new Failure(
    'BRIDGE_NOT_FOUND',
    `the host has no bridge ${missing.join(', ')}; ${has}; to make it, as root: ${mends.join('; ')}`,
    { missing, there },
  );
}
