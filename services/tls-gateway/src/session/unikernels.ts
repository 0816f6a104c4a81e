import { check } from '@albatross/shared/bus/codec';
import {
  createUnikernel,
  destroyUnikernel,
  getUnikernel,
  restartUnikernel,
} from '@albatross/shared/contracts/unikernel';
import { configurationOf, type WireArgs, type WireConfig } from '@albatross/wire';
import { randomUUID } from 'node:crypto';
import { labelledName } from './allowed.ts';
import type { Client } from './client.ts';
import { sendImage } from './image-reply.ts';
import type { Order } from './order.ts';
import { chunkSource, withUpload } from './uploaded.ts';

/** Over TLS an image that is empty follows as chunks. Throws a `Failure`, or what the client's frames do. */
export async function create(
  order: Order,
  client: Client,
  config: WireConfig,
  { force }: { readonly force: boolean },
): Promise<string> {
  const { command, door, requests } = order;
  const name = labelledName(order.name, command.kind);
  const { compressed, image, typ: hypervisor } = config;
  const body = { name, compressed, force, hypervisor, ...configurationOf(solo5Only(config)) };
  // Whatever is wrong with it is said before anything is sent.
  check(createUnikernel.body, { ...body, id: NOT_YET, blob: NOT_YET }, 'REQUEST_INVALID');
  const source = door === 'tls' && image.length === 0 ? chunkSource(client) : image;
  await withUpload(requests, name, source, { compressed }, async (blob) => {
    await requests.request(createUnikernel, { ...body, id: randomUUID(), blob });
  });
  return 'created unikernel';
}

/** What only bhyve uses the original takes for any unikernel, and does nothing with; ours would refuse it. */
function solo5Only<Args extends WireArgs & { readonly typ?: WireConfig['typ'] }>(args: Args): Args {
  return args.typ === 'bhyve' ? args : { ...args, vcpus: 1, linuxBoot: null };
}

/** In the place of what does not exist yet. */
const NOT_YET = 'not-yet-there';

/** Throws a `Failure`. */
export async function restart(order: Order, args: WireArgs | null): Promise<string> {
  const { command, requests } = order;
  const name = labelledName(order.name, command.kind);
  const changes = args === null ? {} : { changes: configurationOf(solo5Only(args)) };
  await requests.request(restartUnikernel, { id: randomUUID(), name, ...changes });
  return 'created unikernel';
}

/** Throws a `Failure`. */
export async function destroy({ name, command, requests }: Order): Promise<string> {
  const unikernel = labelledName(name, command.kind);
  await requests.request(destroyUnikernel, { id: randomUUID(), name: unikernel });
  return 'destroyed unikernel';
}

/** Sends the image. Throws as `sendImage`. */
export async function getImage(order: Order, client: Client, level: number): Promise<void> {
  const { command, requests } = order;
  const name = labelledName(order.name, command.kind);
  const made = await requests.request(getUnikernel, { name, compressionLevel: level });
  const { blob, sizeBytes, compressed } = made;
  const download = { requests, name, blob, sizeBytes };
  await sendImage(download, client, { kind: 'unikernel-image', compressed });
}
