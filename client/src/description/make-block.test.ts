import type { Requests } from '@albatross/shared/bus/bus';
import { bytesSource } from '@albatross/shared/bus/blob-source';
import { BLOB_BYTES_MAX } from '@albatross/shared/contracts/blob';
import type { UnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { makeBlock } from './make-block.ts';

const NAME = 'foo:data' as UnikernelName;

/** What is asked for, in order, to make a device with this on it. */
async function asked(bytes: Uint8Array, sizeBytes: number): Promise<readonly string[]> {
  const requests: string[] = [];
  const request = async (
    { noun, verb }: { readonly noun: string; readonly verb: string },
    { purpose = '' }: { readonly purpose?: string },
  ): Promise<object> => {
    requests.push(`${noun}.${verb} ${purpose}`.trim());
    return { blob: 'b'.repeat(32) };
  };
  // The smallest of buses.
  const bus = { request } as unknown as Requests;
  const file = { fd: -1, source: bytesSource(bytes), sizeBytes };
  const close = async (): Promise<void> => undefined;
  await makeBlock(bus, NAME, 1024, { ...file, [Symbol.asyncDispose]: close });
  return requests;
}

it('a block device is made when what is to be on it was sent, and is never long without', async () => {
  assert.deepEqual(await asked(Buffer.from('some'), 4), [
    'blob.open image',
    'blob.write',
    'blob.finish',
    'block.create',
    'block.set',
  ]);
});

it('a block device is made first when the host would take what is to be on it only then', async () => {
  const late = ['block.create', 'blob.open block', 'blob.write', 'blob.finish', 'block.set'];
  assert.deepEqual(await asked(Buffer.from('some'), BLOB_BYTES_MAX + 1), late);
  assert.deepEqual(
    await asked(Buffer.of(), 0),
    late.filter((one) => one !== 'blob.write'),
  );
});
