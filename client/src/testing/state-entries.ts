import type { BlockEntry } from '@albatross/shared/contracts/block';
import type { PolicyEntry } from '@albatross/shared/contracts/policy';
import type { UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import { parseName, ROOT, type PathName, type UnikernelName } from '@albatross/shared/domain/name';
import type { Policy } from '@albatross/shared/domain/policy';
import type { StateEntry, WireConfig, WirePolicy, WireState } from '@albatross/wire';
import type { RunningSystem } from '../running-system.ts';
import type { StateImage } from '../state-image.ts';
import type { StateImages } from '../state-import.ts';

/** What a state file holds of one unikernel, unless told otherwise. */
export function writtenConfig(changes: Partial<WireConfig> = {}): WireConfig {
  return {
    typ: 'solo5',
    compressed: false,
    image: Uint8Array.of(1, 2, 3),
    startup: null,
    addName: true,
    fail: { kind: 'quit' },
    cpuids: [0],
    memory: 32,
    blocks: [],
    nets: [],
    arguments: [],
    vcpus: 1,
    linuxBoot: null,
    ...changes,
  };
}

export function writtenPolicy(changes: Partial<WirePolicy> = {}): WirePolicy {
  return { cpuids: [0], unikernels: 4n, memory: 256, block: null, bridges: [], ...changes };
}

export function stateOf({
  unikernels = {},
  policies = {},
}: {
  readonly unikernels?: Readonly<Record<string, WireConfig>>;
  readonly policies?: Readonly<Record<string, WirePolicy>>;
}): WireState {
  return { unikernels: entries(unikernels), policies: entries(policies) };
}

function entries<T>(values: Readonly<Record<string, T>>): readonly StateEntry<T>[] {
  return Object.entries(values).map(([name, value]) => ({
    kind: 'read',
    name: parseName(name),
    value,
  }));
}

export const DIGEST = 'd'.repeat(64);

/** Every image of a state, as if it had been measured. */
export function imagesOf({ unikernels }: WireState): StateImages {
  const images = new Map<WireConfig, StateImage>();
  for (const entry of unikernels) {
    if (entry.kind !== 'read') continue;
    const { image: bytes, compressed: isCompressed } = entry.value;
    images.set(entry.value, { bytes, isCompressed, sizeBytes: 1000, digest: DIGEST });
  }
  return images;
}

/** A machine with two CPUs and the bridge `service`, and what there is on it. */
export function systemOf({
  unikernels = [],
  policies = [],
  blocks = [],
}: {
  readonly unikernels?: readonly UnikernelDetails[];
  readonly policies?: readonly PolicyEntry[];
  readonly blocks?: readonly BlockEntry[];
}): RunningSystem {
  const machine = {
    unikernels: 9,
    memoryMib: 999,
    cpus: [0, 1],
    blockMib: 9,
    bridges: ['service'],
  };
  const all = [policyEntry(ROOT, machine), ...policies];
  return {
    unikernels: new Map(unikernels.map((one) => [one.name, one])),
    policies: new Map(all.map((one) => [one.path, one])),
    blocks: new Map(blocks.map((one) => [one.name, one])),
  };
}

export function policyEntry(path: string, policy: Policy): PolicyEntry {
  return {
    path: parseName(path) as PathName,
    policy: { ...policy, cpus: [...policy.cpus], bridges: [...policy.bridges] },
    usage: { unikernels: 0, memoryMib: 0, blockMib: 0 },
    setAt: null,
    isMachine: path === ROOT,
  };
}

/** What `writtenConfig` becomes here. */
export function runningUnikernel(
  name: string,
  changes: Partial<UnikernelDetails> = {},
): UnikernelDetails {
  return {
    name: parseName(name) as UnikernelName,
    state: 'running',
    target: 'spt',
    pid: 42,
    memoryMib: 32,
    digest: DIGEST,
    startedAt: 0,
    restarts: 0,
    exit: null,
    lastExit: null,
    cpus: [0],
    nets: [],
    blocks: [],
    startupPriority: 50,
    restart: { kind: 'never' },
    arguments: [],
    addName: true,
    nextTryAt: null,
    why: null,
    pastLives: [],
    ...changes,
  };
}
