import { allPages, type From } from '@albatross/shared/bus/all-pages';
import type { Requests } from '@albatross/shared/bus/bus';
import { inParallel } from '@albatross/shared/bus/console/in-parallel';
import { Failure } from '@albatross/shared/contracts/failures';
import { showUnikernel, type UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import { listUnikernels } from '@albatross/shared/contracts/unikernel-list';
import { SECTOR_BYTES_MIN } from '@albatross/shared/domain/device';
import { isPathName, ROOT, type PathName, type UnikernelName } from '@albatross/shared/domain/name';
import { holdsResources } from '@albatross/shared/domain/unikernel';
import {
  relativeName,
  wireFailOf,
  wireStartupOf,
  type WireInfo,
  type WireReply,
} from '@albatross/wire';
import type { Order } from './order.ts';
import { inWireOrder } from './wire-order.ts';

/** Lists do not have everything: this many unikernels are asked for at a time. */
export const DETAILS_IN_FLIGHT = 16;

/**
 * The one unikernel, or all below a path, in the form that was asked for. Those that have ended for good are
 * not among them: the original has forgotten them by then. Throws a `Failure`.
 */
export async function unikernelInfo(
  { name, requests }: Order,
  form: Extract<WireReply, { kind: 'unikernel-info' }>['form'],
): Promise<WireReply> {
  const names = isPathName(name) ? await namesWithin(requests, name) : [name];
  const found = await detailsOf(requests, names);
  // The whole name of one, and what comes behind the path of those in it.
  const path = isPathName(name) ? name : ROOT;
  return {
    kind: 'unikernel-info',
    form,
    unikernels: inWireOrder(found, (details) => details.name).map((details) => ({
      name: relativeName(details.name, path),
      info: wireInfoOf(details),
    })),
  };
}

async function namesWithin(requests: Requests, name: PathName): Promise<readonly UnikernelName[]> {
  const pages = await allPages(
    async (from: From<UnikernelName>) => await requests.request(listUnikernels, { name, ...from }),
  );
  return pages
    .flatMap(({ unikernels }) => unikernels)
    .filter(({ state }) => holdsResources(state))
    .map(({ name }) => name);
}

async function detailsOf(
  requests: Requests,
  names: readonly UnikernelName[],
): Promise<readonly UnikernelDetails[]> {
  const found: UnikernelDetails[] = [];
  await inParallel(names, DETAILS_IN_FLIGHT, async (name) => {
    const details = await requests.request(showUnikernel, { name }).catch(nullWhenGone);
    if (details !== null && holdsResources(details.state)) found.push(details);
  });
  return found;
}

/** It may have been destroyed since it was listed. */
function nullWhenGone(error: unknown): null {
  if (error instanceof Failure && error.code === 'UNIKERNEL_NOT_FOUND') return null;
  throw error;
}

function wireInfoOf(details: UnikernelDetails): WireInfo {
  return {
    typ: 'solo5',
    startup: wireStartupOf(details.startupPriority),
    fail: wireFailOf(details.restart),
    cpuids: details.cpus,
    memory: details.memoryMib,
    digest: Buffer.from(details.digest, 'hex'),
    blocks: details.blocks.map(({ name, device, sectorBytes, sizeMib }) => ({
      name,
      device,
      // The tender's own where none was asked for.
      sectorSize: sectorBytes ?? SECTOR_BYTES_MIN,
      size: sizeMib ?? 0,
    })),
    nets: details.nets.map(({ name, bridge, mac }) => ({ name, bridge, mac })),
    arguments: details.arguments,
    startedAt: details.startedAt ?? 0,
    vcpus: 1,
    linuxBoot: null,
  };
}
