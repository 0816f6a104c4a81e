import type { BlockEntry } from '@albatross/shared/contracts/block';
import type { PolicyEntry } from '@albatross/shared/contracts/policy';
import type { UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import {
  isPathName,
  parseName,
  pathOf,
  type Name,
  type PathName,
  type UnikernelName,
} from '@albatross/shared/domain/name';
import {
  absoluteName,
  configurationOf,
  policyOf,
  type WireInfo,
  type WireReply,
} from '@albatross/wire';
import assert from 'node:assert/strict';

type Reply<Kind extends WireReply['kind']> = Extract<WireReply, { kind: Kind }>;

/** What a supervisor of ours would have to know for the original's answers, in its own order. */
export function unikernelsIn(
  asked: Name,
  { unikernels }: Reply<'unikernel-info'>,
): readonly UnikernelDetails[] {
  return byName(unikernels.map(({ name, info }) => detailsOf(wholeName(asked, name), info)));
}

export function blocksIn(asked: Name, { blocks }: Reply<'block-devices'>): readonly BlockEntry[] {
  return byName(
    blocks.map(({ name, size, active }) => {
      const whole = wholeName(asked, name);
      return { name: whole, sizeMib: size, usedBy: active ? whole : null, fault: null };
    }),
  );
}

export function policiesIn(asked: Name, { policies }: Reply<'policies'>): readonly PolicyEntry[] {
  const path = isPathName(asked) ? asked : pathOf(asked);
  const entries = policies.map(({ name, policy }) => {
    const { cpus, bridges, ...rest } = policyOf(policy);
    return {
      path: absoluteName(name, path) as PathName,
      policy: { ...rest, cpus: [...cpus], bridges: [...bridges] },
      usage: { unikernels: 0, memoryMib: 0, blockMib: 0 },
      setAt: 0,
      isMachine: false,
    };
  });
  return entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function wholeName(asked: Name, told: Name): UnikernelName {
  const name = isPathName(asked) ? absoluteName(told, asked) : told;
  if (isPathName(name)) return assert.fail(`${name} is a path`);
  return name;
}

function byName<T extends { readonly name: string }>(all: readonly T[]): readonly T[] {
  return all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function detailsOf(name: UnikernelName, info: WireInfo): UnikernelDetails {
  const args = { ...info, addName: true, blocks: [], nets: [] };
  const { memoryMib, cpus, startupPriority, restart, arguments: words } = configurationOf(args);
  return {
    ...RUNNING,
    name,
    memoryMib,
    cpus,
    startupPriority,
    restart,
    arguments: words,
    digest: Buffer.from(info.digest).toString('hex'),
    startedAt: info.startedAt,
    nets: info.nets.map((net) => ({ ...net, tap: 'alb0' })),
    blocks: info.blocks.map(({ name, device, sectorSize, size }) => ({
      name,
      device,
      // As when none was asked for.
      sectorBytes: sectorSize === 512 ? null : sectorSize,
      sizeMib: size,
    })),
  };
}

/** One that nobody asked anything special for. */
export const RUNNING: UnikernelDetails = {
  name: parseName('hello') as UnikernelName,
  state: 'running',
  target: 'hvt',
  pid: 42,
  memoryMib: 32,
  digest: 'd'.repeat(64),
  startedAt: Date.parse('2026-11-22T00:55:00Z'),
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
};
