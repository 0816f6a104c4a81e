import { parseUnikernelName } from '@albatross/shared/domain/name';
import type { UnikernelConfig } from '@albatross/shared/domain/unikernel';
import type { StoredRecord } from '@albatross/shared/contracts/stored-unikernel';

interface Details extends Partial<Omit<UnikernelConfig, 'name'>> {
  readonly uid?: number | null;
  readonly life?: number;
}

/** A record as a unikernel has it that should be running. */
export function runningRecord(text: string, details: Details = {}): StoredRecord {
  const { uid = null, life = 1, ...rest } = details;
  const name = parseUnikernelName(text);
  const config: UnikernelConfig = {
    name,
    digest: 'd'.repeat(64),
    target: 'spt',
    abiVersion: 2,
    memoryMib: 32,
    cpus: [0],
    nets: [],
    blocks: [],
    startupPriority: 50,
    restart: { kind: 'never' },
    arguments: [],
    addName: true,
    ...rest,
  };
  const unikernel = { config, uid, restarts: 0, life, failures: 0, pastLives: [] };
  return { name, desire: { kind: 'run', unikernel }, outcomes: [] };
}

/** A record as a destroyed unikernel leaves it. */
export function goneRecord(text: string): StoredRecord {
  return { name: parseUnikernelName(text), desire: { kind: 'gone' }, outcomes: [] };
}
