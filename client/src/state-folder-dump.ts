import type { StoredRecord } from '@albatross/shared/contracts/stored-unikernel';
import { wireForm } from '@albatross/shared/domain/name';
import type { UnikernelConfig } from '@albatross/shared/domain/unikernel';
import { blocksFolder, imagesFolder } from '@albatross/shared/runtime/folders';
import { wireArgsOf, type Configuration } from '@albatross/wire';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DumpedUnikernel, DumpEntry, StateDump } from './state-dump.ts';
import type { Found, StateFolder } from './state-folder.ts';

/** What our supervisor keeps, as what the original's daemon wrote is shown. */
export async function dumpOfFolder(state: string, found: StateFolder): Promise<StateDump> {
  const policies = [...found.policies].map(
    ([name, { policy }]) => ({ kind: 'read', name, value: policy }) as const,
  );
  const unikernels = found.unikernels.map(async (one) => await unikernelEntry(state, one));
  const blocks = [...found.blocks].map(async ([name, sizeMib]) => {
    const isThere = (await sizeOf(join(blocksFolder(state), wireForm(name)))) !== null;
    return { kind: 'read', name, value: { sizeMib, isThere } } as const;
  });
  return {
    policies: [...damaged('policies', found.damaged.policies), ...policies],
    unikernels: (await Promise.all(unikernels)).flat(),
    blocks: [...damaged('block devices', found.damaged.blocks), ...(await Promise.all(blocks))],
  };
}

/** Where the image of a unikernel is. */
export function imageFile(state: string, { digest }: Pick<UnikernelConfig, 'digest'>): string {
  return join(imagesFolder(state), digest);
}

/** What `create` would be asked for to have the same again; a bridge or device of the device's own name goes without saying. */
export function configurationOfStored(config: UnikernelConfig): Configuration {
  const { memoryMib, cpus, nets, blocks, startupPriority, restart, addName } = config;
  return {
    memoryMib,
    cpus: [...cpus],
    nets: nets.map(({ name, bridge, mac }) => ({
      name,
      ...(bridge === name ? {} : { bridge }),
      ...(mac === null ? {} : { mac }),
    })),
    blocks: blocks.map(({ name, device, sectorBytes }) => ({
      name,
      ...(device === name ? {} : { device }),
      ...(sectorBytes === null ? {} : { sectorBytes }),
    })),
    startupPriority,
    restart: restart.kind === 'never' ? restart : { ...restart, statuses: [...restart.statuses] },
    arguments: [...config.arguments],
    addName,
    vcpus: 1,
  };
}

/** Nothing of one that was destroyed. */
async function unikernelEntry(
  state: string,
  found: Found<StoredRecord>,
): Promise<readonly DumpEntry<DumpedUnikernel>[]> {
  if (found.kind === 'damaged') {
    const { name, folder, why } = found;
    return [{ kind: 'unreadable', name, what: `unikernel ${name ?? `in ${folder}`}`, why }];
  }
  const { name, value } = found;
  const { desire } = value;
  if (desire.kind === 'gone') return [];
  const { config, restarts, pastLives } = desire.unikernel;
  try {
    const args = wireArgsOf(configurationOfStored(config));
    const { digest, target } = config;
    const storedBytes = await sizeOf(imageFile(state, config));
    const dumped: DumpedUnikernel = {
      hypervisor: 'solo5',
      args,
      image: { storedBytes, compressed: false, digest, target },
      wanted: desire.kind,
      restarts,
      lastExit: pastLives.at(-1)?.exit ?? null,
      why: desire.kind === 'failed' ? desire.why : null,
    };
    return [{ kind: 'read', name, value: dumped }];
  } catch (error) {
    // Of a MAC address that is none; our supervisor does not write such.
    const why = error instanceof Error ? error.message : String(error);
    return [{ kind: 'unreadable', name, what: `unikernel ${name}`, why }];
  }
}

function damaged(what: string, why: string | null): readonly DumpEntry<never>[] {
  return why === null ? [] : [{ kind: 'unreadable', name: null, what, why }];
}

/** Null when there is no such plain file. */
async function sizeOf(file: string): Promise<number | null> {
  const status = await lstat(file).catch(() => null);
  return status?.isFile() === true ? status.size : null;
}
