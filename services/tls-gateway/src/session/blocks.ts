import { allPages, type From } from '@albatross/shared/bus/all-pages';
import { createBlock, listBlocks, removeBlock } from '@albatross/shared/contracts/block';
import { isPathName, ROOT, type UnikernelName } from '@albatross/shared/domain/name';
import { relativeName, type WireReply } from '@albatross/wire';
import { randomUUID } from 'node:crypto';
import { labelledName } from './allowed.ts';
import type { Order } from './order.ts';
import { inWireOrder } from './wire-order.ts';

/** The one block device, or all below a path. Throws a `Failure`. */
export async function blockInfo({ name, requests }: Order): Promise<WireReply> {
  const pages = await allPages(
    async (from: From<UnikernelName>) => await requests.request(listBlocks, { name, ...from }),
  );
  const entries = pages.flatMap(({ blocks }) => blocks);
  const path = isPathName(name) ? name : ROOT;
  return {
    kind: 'block-devices',
    blocks: inWireOrder(entries, (entry) => entry.name).map((entry) => ({
      name: relativeName(entry.name, path),
      size: entry.sizeMib,
      active: entry.usedBy !== null,
    })),
  };
}

/** Throws a `Failure`. */
export async function addBlock({ name, command, requests }: Order, size: number): Promise<string> {
  const block = labelledName(name, command.kind);
  await requests.request(createBlock, { id: randomUUID(), name: block, sizeMib: size });
  return 'added block device';
}

/** Throws a `Failure`. */
export async function dropBlock({ name, command, requests }: Order): Promise<string> {
  const block = labelledName(name, command.kind);
  await requests.request(removeBlock, { id: randomUUID(), name: block });
  return 'removed block';
}
