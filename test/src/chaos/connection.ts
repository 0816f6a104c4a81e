import { Bus } from '@albatross/shared/bus/bus';
import { readBusAccess } from '@albatross/shared/runtime/bus-access';
import type { Folders } from '@albatross/shared/runtime/folders';
import type { Findings } from './findings.ts';

const CONNECT_DEADLINE_MS = 30_000;

/** A connection of an administrator that outlives every kill of the server. */
export async function connectToBus(folders: Folders, findings: Findings): Promise<Bus> {
  const onDefect = (error: unknown, where: string): void =>
    findings.add(`defect in ${where}: ${String(error)}`);
  const options = { connectDeadlineMs: CONNECT_DEADLINE_MS, onDefect };
  return await Bus.connect({
    ...(await readBusAccess(folders, 'admin')),
    identity: 'admin',
    ...options,
  });
}
