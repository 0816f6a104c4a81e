import { endpoint, type Caller, type Endpoint } from '@albatross/shared/bus/serve';
import {
  closeBlob,
  finishBlob,
  openBlob,
  readBlob,
  writeBlob,
} from '@albatross/shared/contracts/blob';
import {
  createBlock,
  dumpBlock,
  listBlocks,
  removeBlock,
  setBlock,
} from '@albatross/shared/contracts/block';
import { listEvents } from '@albatross/shared/contracts/event';
import { Failure } from '@albatross/shared/contracts/failures';
import {
  addPolicy,
  assertPolicies,
  listPolicies,
  removePolicy,
} from '@albatross/shared/contracts/policy';
import type { ReplyOf, RequestContract, RequestOf } from '@albatross/shared/contracts/request';
import {
  createUnikernel,
  destroyUnikernel,
  getUnikernel,
  restartUnikernel,
  showUnikernel,
  startUnikernel,
  stopUnikernel,
} from '@albatross/shared/contracts/unikernel';
import { listUnikernels } from '@albatross/shared/contracts/unikernel-list';
import type { Name } from '@albatross/shared/domain/name';
import type { Refusals } from './events/refusals.ts';
import type { Supervisor } from './compose.ts';

/** Binds the contracts to what carries them out. */
export function endpoints(supervisor: Supervisor): readonly Endpoint[] {
  const { fleet, inventory, images, blobs, blocks, policies, events, refusals } = supervisor;
  /** For what changes something. */
  const change = <C extends RequestContract>(
    contract: C,
    work: (caller: Caller, body: RequestOf<C>) => Promise<ReplyOf<C>>,
  ): Endpoint => audited(contract, refusals, work);
  return [
    change(createUnikernel, async (caller, body) => await fleet.create(caller, body)),
    change(restartUnikernel, async (caller, body) => await fleet.restart(caller, body)),
    change(stopUnikernel, async (caller, body) => await fleet.stop(caller, body)),
    change(startUnikernel, async (caller, body) => await fleet.start(caller, body)),
    change(destroyUnikernel, async (caller, body) => await fleet.destroy(caller, body)),
    change(createBlock, async (caller, body) => await blocks.create(caller, body)),
    change(removeBlock, async (caller, body) => await blocks.remove(caller, body)),
    change(setBlock, async (caller, body) => await blocks.set(caller, body)),
    change(addPolicy, async (caller, body) => await policies.add(caller, body)),
    change(removePolicy, async (caller, body) => await policies.remove(caller, body)),
    change(assertPolicies, async (caller, body) => await policies.assert(caller, body)),
    endpoint(listUnikernels, (body) => inventory.list(body)),
    endpoint(showUnikernel, ({ name }) => inventory.show(name)),
    endpoint(getUnikernel, async ({ name, compressionLevel }, { identity }) => {
      const image = await images.export(inventory.get(name).config.digest, compressionLevel);
      const download = await blobs.offer(identity, name, image);
      return { ...download, compressed: compressionLevel > 0 };
    }),
    endpoint(listBlocks, (body) => blocks.list(body)),
    endpoint(dumpBlock, async (body, caller) => await blocks.dump(caller, body)),
    endpoint(listPolicies, (body) => policies.info(body)),
    endpoint(listEvents, (body) => events.list(body)),
    endpoint(openBlob, async (body, { identity }) => await blobs.open(identity, body)),
    endpoint(writeBlob, async (body, { identity }) => await blobs.write(identity, body)),
    endpoint(finishBlob, async (body, { identity }) => await blobs.finish(identity, body)),
    endpoint(readBlob, async (body, { identity }) => await blobs.read(identity, body)),
    endpoint(closeBlob, async (body, { identity }) => await blobs.close(identity, body)),
  ];
}

/** What is refused stands in the event log, with who asked for it. */
function audited<C extends RequestContract>(
  contract: C,
  refusals: Refusals,
  work: (caller: Caller, body: RequestOf<C>) => Promise<ReplyOf<C>>,
): Endpoint {
  return endpoint(contract, async (body: RequestOf<C>, caller: Caller) => {
    try {
      return await work(caller, body);
    } catch (error) {
      if (error instanceof Failure) {
        const { id, name } = body as { readonly id: string; readonly name: Name };
        const request = `${contract.noun}.${contract.verb}`;
        refusals.refused({ name, actor: caller.actor, requestId: id, request, code: error.code });
      }
      throw error;
    }
  });
}
