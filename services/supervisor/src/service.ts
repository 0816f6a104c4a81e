import { endpoint, type Endpoint } from '@albatross/shared/bus/serve';
import { finishBlob, openBlob, writeBlob } from '@albatross/shared/contracts/blob';
import {
  createUnikernel,
  destroyUnikernel,
  listUnikernels,
  showUnikernel,
} from '@albatross/shared/contracts/unikernel';
import type { Blobs } from './blobs.ts';
import type { Fleet } from './fleet.ts';

/** Binds the contracts to what carries them out. */
export function endpoints(fleet: Fleet, blobs: Blobs): readonly Endpoint[] {
  return [
    endpoint(createUnikernel, async (body, { identity }) => await fleet.create(identity, body)),
    endpoint(destroyUnikernel, async (body, { identity }) => await fleet.destroy(identity, body)),
    endpoint(listUnikernels, async (body) => fleet.list(body)),
    endpoint(showUnikernel, async ({ name }) => fleet.show(name)),
    endpoint(openBlob, async (body, { identity }) => await blobs.open(identity, body)),
    endpoint(writeBlob, async (body, { identity }) => await blobs.write(identity, body)),
    endpoint(finishBlob, async (body, { identity }) => await blobs.finish(identity, body)),
  ];
}
