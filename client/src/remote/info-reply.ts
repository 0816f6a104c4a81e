import { isPathName, type Name } from '@albatross/shared/domain/name';
import {
  configurationOf,
  type Configuration,
  type WireMessage,
  type WireReply,
} from '@albatross/wire';
import type { Output } from '../output.ts';
import type { Line } from '../colour.ts';
import { spanWords } from '../info/span-words.ts';
import { durationText, UNKNOWN } from '../quantity.ts';
import { table } from '../table.ts';
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
  const now = Date.now();
  const lines = [...toTable(found, now), ...found.flatMap((one) => toLines(one, now))];
  output.list(found, lines, 'no unikernels');
}

interface Summary {
  readonly name: Name;
  readonly hypervisor: 'solo5' | 'bhyve';
  readonly memoryMib: number;
  readonly digest: string;
  readonly startedAt: string | null;
  readonly cpus: readonly number[];
}

/** What may be long is shown of a single one only; of arguments, which may be secrets, how many there are. */
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
  readonly argumentCount: number;
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
    argumentCount: info.arguments.length,
    vcpus: info.vcpus,
  };
}

/** Those columns of this host's of which the wire tells, by our clock. */
function toTable(found: readonly Summary[], now: number): readonly Line[] {
  return table(
    ['NAME', 'UPTIME', 'MEMORY', 'CPUS', 'IMAGE'],
    found.map(({ name, memoryMib, cpus, startedAt, digest }) => [
      name,
      startedAt === null ? UNKNOWN : durationText(now - Date.parse(startedAt)),
      `${memoryMib} MiB`,
      cpus.join(','),
      digest.slice(0, 12),
    ]),
  );
}

function toLines(found: Summary | Details, now: number): readonly string[] {
  if (!('restart' in found)) return [];
  const { digest, startedAt } = found;
  return [
    `  image ${digest}`,
    ...(startedAt === null
      ? []
      : [`  up ${spanWords(now - Date.parse(startedAt))}, since ${startedAt}`]),
    `  CPUs ${found.cpus.join(', ')}; start-up priority ${found.startupPriority}`,
    ...found.nets.map(({ name, bridge, mac }) => `  network ${name} on ${bridge}, ${mac}`),
    ...found.blocks.map(({ name, device, sizeMib }) => {
      return `  block ${name} is ${device}${sizeMib === null ? '' : `, ${sizeMib} MiB`}`;
    }),
    `  ${describeRule(found.restart)}`,
  ];
}
