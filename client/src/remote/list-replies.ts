import type { Name } from '@albatross/shared/domain/name';
import type { Policy } from '@albatross/shared/domain/policy';
import { cpuRanges } from '@albatross/shared/domain/policy-words';
import { policyOf, type WireMessage, type WirePolicy } from '@albatross/wire';
import type { Output } from '../output.ts';
import { limitText, listText } from '../policy-view.ts';
import { table } from '../table.ts';
import { shownName } from './certificate-names.ts';
import { expectReply } from './expected-reply.ts';

type Lists = Pick<Output, 'list'>;

/** Shows block devices as those of this host are, but that the wire does not tell which unikernel uses one. */
export function showBlocks(output: Lists, asked: Name, message: WireMessage): void {
  const blocks = expectReply(message, 'block-devices').blocks.map(({ name, size, active }) => ({
    name: shownName(asked, name),
    sizeMib: size,
    isUsed: active,
  }));
  const rows = blocks.map(({ name, sizeMib, isUsed }) => [
    name,
    `${sizeMib} MiB`,
    isUsed ? 'yes' : 'no',
  ]);
  output.list(blocks, table(['NAME', 'SIZE', 'USED'], rows), 'no block devices');
}

/** The same of consoles; the wire does not tell how much is kept, and of when it is. */
export function showConsoles(output: Lists, message: WireMessage): void {
  const { names } = expectReply(message, 'consoles');
  const consoles = names.map((name) => ({ name, isActive: false }));
  output.list(
    consoles,
    table(
      ['NAME'],
      names.map((name) => [name]),
    ),
    'no consoles',
  );
}

/** The same of policies; the wire does not tell how much is used, and since when it is so. */
export function showPolicies(output: Lists, message: WireMessage): void {
  const policies = expectReply(message, 'policies').policies.map(({ name, policy }) => ({
    path: name,
    policy: shownPolicy(policy),
  }));
  const rows = policies.map(({ path, policy }) => [path, ...limitsOf(policy)]);
  const heading = ['PATH', 'UNIKERNELS', 'MEMORY', 'BLOCK', 'CPUS', 'BRIDGES'];
  output.list(policies, table(heading, rows), 'no policies');
}

function limitsOf({ unikernels, memoryMib, blockMib, cpus, bridges }: Policy): readonly string[] {
  return [
    limitText(unikernels),
    `${limitText(memoryMib)} MiB`,
    blockMib === null ? 'none' : `${limitText(blockMib)} MiB`,
    listText(cpuRanges(cpus)),
    listText(bridges),
  ];
}

/** A machine's own allows more unikernels than a number holds; that is shown as it is for this host. */
function shownPolicy(written: WirePolicy): Policy {
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  const unikernels = Number(written.unikernels > most ? most : written.unikernels);
  return { ...policyOf(written), unikernels };
}
