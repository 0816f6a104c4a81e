import { Failure, type FailureCode } from '@albatross/shared/contracts/failures';
import type { BodyOf } from '@albatross/shared/contracts/request';
import type { createUnikernel } from '@albatross/shared/contracts/unikernel';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import { path, policy } from '@albatross/shared/domain/testing/policies';
import { buildImage } from '@albatross/solo5/testing';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { CALLER, imageOf } from './bench.ts';
import { hostFails, type Ground } from './refusal-trial.ts';

type Body = BodyOf<typeof createUnikernel>;

const NET = { name: 'net', kind: 'net' } as const;
const BLOCK = { name: 'data', kind: 'block' } as const;
const ONE_BLOCK = imageOf(1, [BLOCK]);

export interface Refusal {
  readonly what: string;
  /** Another than one that is fine. */
  readonly image?: Uint8Array;
  readonly body?: Partial<Body>;
  /** What was before. */
  readonly given?: (ground: Ground) => unknown;
  /** Its schema refuses it, before anybody looks at the upload. */
  readonly isUnread?: true;
}

async function limit(
  { bench }: Ground,
  text: string,
  limits: Parameters<typeof policy>[0],
): Promise<void> {
  const whole = policy({ cpus: [0, 1], bridges: ['service'], ...limits });
  const request = { id: randomUUID(), name: path(text), policy: whole };
  await bench.parts.policies.add(CALLER, request);
}

const nets = (bridge: string) => [{ name: 'net', bridge }];
const blocks = (device: string) => [{ name: 'data', device }];
const owner = async ({ bench }: Ground, name: string): Promise<unknown> =>
  await bench.create(name, {
    image: ONE_BLOCK,
    blocks: [{ name: 'data', device: 'data', sectorBytes: null }],
    memoryMib: 1,
  });
const withData = { image: ONE_BLOCK, body: { blocks: blocks('data') } };

/** Everything that a create may answer; and each in all the ways it may come about. */
export const CREATE_REFUSALS: Readonly<Partial<Record<FailureCode, readonly Refusal[]>>> = {
  ID_REUSED: [
    {
      what: 'its id was that of another request',
      body: { id: 'request-0', blob: 'another' },
      given: async ({ bench }) =>
        await bench.create('foo:other', { id: 'request-0', memoryMib: 1 }),
      isUnread: true,
    },
  ],
  UNIKERNEL_EXISTS: [
    {
      what: 'one of that name runs',
      given: async ({ bench }) => await bench.create('foo:hello', { memoryMib: 1 }),
    },
    {
      what: 'one of that name was stopped',
      given: async (ground) => {
        await ground.bench.create('foo:hello', { memoryMib: 1 });
        await ground.bench.stop('foo:hello');
      },
    },
  ],
  MEMORY_INVALID: [0, -1, -17_592_186_044_384, 1.5, NaN, Infinity, 2 ** 53].map((memoryMib) => {
    return { what: `it asks for ${memoryMib} MiB`, body: { memoryMib }, isUnread: true };
  }),
  CPUS_INVALID: [[], [-1], [0.5], [4096], ['0']].map((cpus) => {
    return { what: `its CPUs are ${JSON.stringify(cpus)}`, body: { cpus }, isUnread: true };
  }),
  DEVICE_INVALID: [
    { what: 'a device has no name', body: { nets: [{ name: '' }] }, isUnread: true },
    { what: 'two have one', body: { nets: [...nets('a'), ...nets('b')] }, isUnread: true },
    { what: 'a bridge has none', body: { nets: nets('-x; reboot') }, isUnread: true },
    { what: 'a block device is a file', body: { blocks: blocks('../../x') }, isUnread: true },
    {
      what: 'a sector is negative',
      body: { blocks: [{ name: 'data', sectorBytes: -512 }] },
      isUnread: true,
    },
  ],
  ARGUMENTS_INVALID: [
    {
      what: 'they are more than a guest takes',
      body: { arguments: ['x'.repeat(9000)] },
      isUnread: true,
    },
  ],
  HYPERVISOR_UNSUPPORTED: [
    { what: 'it is for bhyve', body: { hypervisor: 'bhyve' } },
    { what: 'it has two virtual CPUs', body: { vcpus: 2 } },
    { what: 'it has none', body: { vcpus: 0 } },
    { what: 'it boots from a partition', body: { linuxBoot: '/dev/sda1' } },
  ],
  POLICY_EXCEEDED: [
    { what: 'the machine has less memory', body: { memoryMib: 101 } },
    { what: 'the machine has not that CPU', body: { cpus: [0, 7] } },
    {
      what: 'its path may have no more unikernels',
      given: async (ground) => {
        await limit(ground, 'foo:', { unikernels: 1 });
        await ground.bench.create('foo:other', { memoryMib: 1 });
      },
    },
    {
      what: 'its path has less memory',
      given: async (ground) => await limit(ground, 'foo:', { memoryMib: 31 }),
    },
    {
      what: 'its path has less CPUs',
      body: { cpus: [1] },
      given: async (ground) => await limit(ground, 'foo:', { cpus: [0] }),
    },
    {
      what: 'its path has not that bridge',
      image: imageOf(1, [NET]),
      body: { nets: nets('backend') },
      given: async (ground) => await limit(ground, 'foo:', {}),
    },
    {
      what: 'a path above has less',
      body: { name: 'foo:bar:hello' },
      given: async (ground) => await limit(ground, 'foo:', { memoryMib: 31 }),
    },
    {
      what: 'what is below its path takes it',
      given: async (ground) => {
        await limit(ground, 'foo:', { memoryMib: 40 });
        await ground.bench.create('foo:bar:other', { memoryMib: 9 });
      },
    },
    {
      what: 'the operator allows less',
      given: async (ground) => await limit(ground, ':', { memoryMib: 31 }),
    },
    {
      what: 'there are no users left for tenders',
      given: async (ground) => {
        for (const name of ['a', 'b', 'c']) await ground.bench.create(name, { memoryMib: 1 });
      },
    },
  ],
  DEVICES_MISMATCH: [
    { what: 'a device is missing', image: ONE_BLOCK },
    { what: 'one is too many', body: { nets: nets('service') } },
    {
      what: 'one is of another kind',
      image: imageOf(1, [NET]),
      body: { blocks: [{ name: 'net' }] },
    },
  ],
  BRIDGE_NOT_FOUND: [
    { what: 'it has none of that name', image: imageOf(1, [NET]), body: { nets: nets('nowhere') } },
  ],
  NETWORK_FAILED: [
    { what: 'no tap', given: (ground) => hostFails(ground, 'NETWORK_FAILED', 'startLife') },
  ],
  BLOCK_NOT_FOUND: [
    { what: 'there is none', image: ONE_BLOCK, body: { blocks: blocks('nothing') } },
    { what: 'it is in another path', ...withData, body: { ...withData.body, name: 'bar:hello' } },
    { what: 'its file is gone', ...withData, given: loseBlock },
  ],
  BLOCK_IN_USE: [
    {
      what: 'another has it',
      ...withData,
      given: async (ground) => await owner(ground, 'foo:other'),
    },
    {
      what: 'one that was stopped has it',
      ...withData,
      given: async (ground) => {
        await owner(ground, 'foo:other');
        await ground.bench.stop('foo:other');
      },
    },
    { what: 'somebody reads it', ...withData, given: readBlock },
    {
      what: 'it is given twice',
      image: imageOf(1, [BLOCK, { name: 'more', kind: 'block' }]),
      body: { blocks: [...blocks('data'), { name: 'more', device: 'data' }] },
    },
  ],
  ZVOL_DENIED: [
    {
      what: 'nobody allowed its path any',
      image: ONE_BLOCK,
      body: { blocks: blocks('/dev/zvol/tank/x') },
    },
    { what: 'it is no volume', image: ONE_BLOCK, body: { blocks: blocks('/etc/shadow') } },
  ],
  TENDER_NOT_FOUND: [
    { what: '', given: (ground) => hostFails(ground, 'TENDER_NOT_FOUND', 'findTender') },
  ],
  TENDER_UNUSABLE: [
    { what: '', given: (ground) => hostFails(ground, 'TENDER_UNUSABLE', 'findTender') },
  ],
  DEVICE_ACCESS: [
    { what: '', given: (ground) => hostFails(ground, 'DEVICE_ACCESS', 'findTender') },
  ],
  TENDER_FAILED: [{ what: '', given: (ground) => hostFails(ground, 'TENDER_FAILED', 'startLife') }],
  DISK_FULL: [
    {
      what: 'its record has no room',
      given: ({ store }) => {
        store.isFull = true;
      },
    },
    {
      what: 'its image has no room',
      given: ({ bench }) => {
        bench.parts.images.adopt = async () => {
          throw new Failure('DISK_FULL', 'no');
        };
      },
    },
  ],
  IMAGE_EMPTY: [{ what: 'inflated', image: deflateSync(''), body: { compressed: true } }],
  IMAGE_NOT_ELF: [{ what: '', image: Buffer.from('#!/bin/sh\n') }],
  IMAGE_TRUNCATED: [{ what: '', image: buildImage().subarray(0, -1) }],
  IMAGE_NOT_EXECUTABLE: [{ what: '', image: buildImage({ header: { type: 1 } }) }],
  IMAGE_HEADERS_INVALID: [{ what: '', image: buildImage({ header: { programHeaderBytes: 7 } }) }],
  IMAGE_ABI_MISSING: [{ what: '', image: buildImage({ abi: null }) }],
  IMAGE_ABI_INVALID: [{ what: '', image: buildImage({ abi: new Uint8Array(3) }) }],
  IMAGE_MANIFEST_MISSING: [{ what: '', image: buildImage({ manifest: null }) }],
  IMAGE_MANIFEST_INVALID: [{ what: '', image: buildImage({ manifest: new Uint8Array(3) }) }],
  IMAGE_TARGET_UNSUPPORTED: [{ what: '', image: buildImage({ target: 'muen' }) }],
  BLOB_UNKNOWN: [{ what: 'there is none', body: { blob: 'f'.repeat(32) }, isUnread: true }],
  BLOB_LIMIT: [
    {
      what: 'it becomes too large when it is inflated',
      image: deflateSync(imageOf(1)),
      body: { compressed: true },
      given: limitInflating,
    },
  ],
  COMPRESSION_INVALID: [
    { what: 'it is not compressed', body: { compressed: true } },
    {
      what: 'its end is missing',
      image: deflateSync(imageOf(1)).subarray(0, -6),
      body: { compressed: true },
    },
  ],
};

async function loseBlock({ bench }: Ground): Promise<void> {
  await rm(join(bench.state, 'block', 'foo:data'));
  await bench.restart();
}

async function readBlock({ bench }: Ground): Promise<void> {
  const name = parseUnikernelName('foo:data');
  await bench.parts.blocks.dump(CALLER, { name, compressionLevel: 0 });
}

function limitInflating({ bench }: Ground): void {
  const { blobs } = bench.parts;
  const take = blobs.take.bind(blobs);
  blobs.take = async (...asked) => {
    const blob = await take(...asked);
    blob.share.grow = () => {
      throw new Failure('BLOB_LIMIT', 'too large');
    };
    return blob;
  };
}
