import type { Bus } from '@albatross/shared/bus/bus';
import { endpoint } from '@albatross/shared/bus/serve';
import { finishBlob, openBlob, readBlob, writeBlob } from '@albatross/shared/contracts/blob';
import { listBlocks } from '@albatross/shared/contracts/block';
import { Failure } from '@albatross/shared/contracts/failures';
import { addPolicy, listPolicies, type PolicyEntry } from '@albatross/shared/contracts/policy';
import type { RequestOf } from '@albatross/shared/contracts/request';
import {
  createUnikernel,
  getUnikernel,
  showUnikernel,
  type UnikernelDetails,
} from '@albatross/shared/contracts/unikernel';
import { listUnikernels } from '@albatross/shared/contracts/unikernel-list';
import { defaultMac } from '@albatross/shared/domain/mac';
import { ROOT } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { policyEntry, runningUnikernel } from './state-entries.ts';

/** A supervisor of a machine with two CPUs and the bridge `service`, which starts nothing. Its lists have one item a page. */
export class ToySupervisor {
  readonly unikernels: UnikernelDetails[] = [];
  readonly policies: PolicyEntry[] = [
    policyEntry(ROOT, {
      unikernels: 9,
      memoryMib: 999,
      cpus: [0, 1],
      blockMib: 9,
      bridges: ['service'],
    }),
  ];
  /** What `get` answers. */
  image: Uint8Array = new Uint8Array();
  /** Asked for, in order. */
  readonly changes: string[] = [];
  readonly #uploads = new Map<string, Uint8Array>();

  static async start(bus: Bus): Promise<ToySupervisor> {
    const self = new ToySupervisor();
    await bus.serve({
      service: 'supervisor',
      version: '1.0.0',
      endpoints: [
        endpoint(listUnikernels, async ({ after }) => {
          const [items, next] = page(self.unikernels, ({ name }) => name, after);
          return { unikernels: items, next };
        }),
        endpoint(listPolicies, async ({ after }) => {
          const [items, next] = page(self.policies, ({ path }) => path, after);
          return { policies: items, next };
        }),
        endpoint(listBlocks, async () => ({ blocks: [], next: null })),
        endpoint(showUnikernel, async ({ name }) => self.#show(name)),
        endpoint(addPolicy, async (body) => self.#addPolicy(body)),
        endpoint(openBlob, async ({ name, sizeBytes }) => {
          const blob = createHash('md5').update(name).digest('hex');
          self.#uploads.set(blob, new Uint8Array(sizeBytes ?? assert.fail('of no size')));
          return { blob };
        }),
        endpoint(writeBlob, async ({ blob, offset, bytes }) => {
          self.#upload(blob).set(bytes, offset);
          return {};
        }),
        endpoint(finishBlob, async () => ({})),
        endpoint(getUnikernel, async () => {
          return { blob: DOWNLOAD, sizeBytes: self.image.length, compressed: false };
        }),
        endpoint(readBlob, async ({ offset }) => ({
          bytes: self.image.subarray(offset, offset + 65_536),
        })),
        endpoint(createUnikernel, async (body) => self.#create(body)),
      ],
      onDrop: (subject, why) => assert.fail(`${subject}: ${why}`),
    });
    return self;
  }

  #show(name: string): UnikernelDetails {
    const found = this.unikernels.find((one) => one.name === name);
    if (found === undefined) throw new Failure('UNIKERNEL_NOT_FOUND', `there is no ${name}`);
    return found;
  }

  #upload(blob: string): Uint8Array {
    return this.#uploads.get(blob) ?? assert.fail('of no upload');
  }

  #addPolicy({ name, policy }: RequestOf<typeof addPolicy>): { changed: boolean } {
    this.changes.push(`policy ${name}`);
    this.policies.push(policyEntry(name, policy));
    return { changed: true };
  }

  #create(body: RequestOf<typeof createUnikernel>): UnikernelDetails {
    const { name, blob, compressed, nets, blocks, start, force } = body;
    const doing = force ? 'replace' : start ? 'create' : 'create stopped';
    this.changes.push(`${doing} ${name}`);
    if (blocks.length > 0) throw new Failure('BLOCK_NOT_FOUND', `there is no block device`);
    const bytes = this.#upload(blob);
    const image = compressed ? inflateSync(bytes) : bytes;
    const made = runningUnikernel(name, {
      digest: createHash('sha256').update(image).digest('hex'),
      memoryMib: body.memoryMib,
      cpus: [...body.cpus],
      nets: nets.map((net) => ({ ...net, mac: net.mac ?? defaultMac(net.name, name), tap: null })),
      startupPriority: body.startupPriority,
      restart: body.restart,
      arguments: body.arguments,
      addName: body.addName,
    });
    this.unikernels.push(made);
    return made;
  }
}

const DOWNLOAD = 'd'.repeat(32);

/** The first item behind a key; the keys are in order. */
function page<Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
  after: Key | undefined,
): [items: Item[], next: Key | null] {
  const begin = after === undefined ? 0 : items.findIndex((item) => keyOf(item) === after) + 1;
  const item = items[begin];
  if (item === undefined) return [[], null];
  return [[item], begin + 1 < items.length ? keyOf(item) : null];
}
