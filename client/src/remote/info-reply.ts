import { isPathName, type Name } from '@albatross/shared/domain/name';
import {
  configurationOf,
  type Configuration,
  type WireMessage,
  type WireReply,
} from '@albatross/wire';
import type { Output } from '../output.ts';
import { aligned } from '../table.ts';
import { describeRule } from '../unikernel-view.ts';
import { shownName } from './certificate-names.ts';
import { expectReply } from './expected-reply.ts';

type Listed = Extract<WireReply, { kind: 'unikernel-info' }>['unikernels'][number];

/** Shows unikernels of another host as those of this one, as far as the wire tells. Throws a `Failure`. */
export function showUnikernels(output: Output, asked: Name, message: WireMessage): void {
  const { unikernels } = expectReply(message, 'unikernel-info');
  const isList = isPathName(asked);
  const found = unikernels
    .map((one) => (isList ? summaryOf(one) : detailsOf(asked, one)))
    // The wire has them the other way round.
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  output.list(found, [...toTable(found), ...found.flatMap(toLines)], 'no unikernels');
}

interface Summary {
  readonly name: Name;
  readonly hypervisor: 'solo5' | 'bhyve';
  readonly memoryMib: number;
  readonly digest: string;
  readonly startedAt: string | null;
  readonly cpus: readonly number[];
}

/** What may be long, or secret as the arguments, is shown of a single one only. */
interface Details extends Summary {
  readonly nets: readonly { name: string; bridge: string; mac: string }[];
  readonly blocks: readonly {
    name: string;
    device: string;
    sectorBytes: number;
    sizeMib: number | null;
  }[];
  readonly startupPriority: number;
  readonly restart: Configuration['restart'];
  readonly arguments: readonly string[];
  readonly vcpus: number;
}

function summaryOf({ name, info }: Listed): Summary {
  return {
    name,
    hypervisor: info.typ,
    memoryMib: info.memory,
    digest: Buffer.from(info.digest).toString('hex'),
    startedAt: info.startedAt === 0 ? null : new Date(info.startedAt).toISOString(),
    cpus: info.cpuids,
  };
}

function detailsOf(asked: Name, { name, info }: Listed): Details {
  const nothing = { addName: true, blocks: [], nets: [] };
  const { startupPriority, restart } = configurationOf({ ...info, ...nothing });
  return {
    ...summaryOf({ name: shownName(asked, name), info }),
    nets: info.nets,
    blocks: info.blocks.map(({ name: device, device: of, sectorSize, size }) => ({
      name: device,
      device: of,
      sectorBytes: sectorSize,
      // The original looks the size up under another name, and then says 0.
      sizeMib: size === 0 ? null : size,
    })),
    startupPriority,
    restart,
    arguments: info.arguments,
    vcpus: info.vcpus,
  };
}

function toTable(found: readonly Summary[]): readonly string[] {
  return aligned([
    ['NAME', 'MEMORY', 'CPUS', 'STARTED', 'IMAGE'],
    ...found.map(({ name, memoryMib, cpus, startedAt, digest }) => [
      name,
      `${memoryMib} MiB`,
      cpus.join(','),
      startedAt?.replace(/\.\d+Z$/, 'Z') ?? '-',
      digest.slice(0, 12),
    ]),
  ]);
}

function toLines(found: Summary | Details): readonly string[] {
  if (!('restart' in found)) return [];
  return [
    `  CPUs ${found.cpus.join(', ')}; start-up priority ${found.startupPriority}`,
    ...found.nets.map(({ name, bridge, mac }) => `  network ${name} on ${bridge}, ${mac}`),
    ...found.blocks.map(({ name, device, sizeMib }) => {
      return `  block ${name} is ${device}${sizeMib === null ? '' : `, ${sizeMib} MiB`}`;
    }),
    `  ${describeRule(found.restart)}`,
  ];
}
