import type { Bus } from '@albatross/shared/bus/bus';
import {
  BLOB_CHUNK_BYTES_MAX,
  closeBlob,
  finishBlob,
  openBlob,
  readBlob,
  writeBlob,
  type BlobPurpose,
} from '@albatross/shared/contracts/blob';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { createHash } from 'node:crypto';
import { ask, type Answer } from './answers.ts';

/** Supervisors are killed all the time, and uploads are lost with them: nobody waits for the dead. */
const PATIENCE_MS = 2_000;

/** Null when it got lost on its way, else what is uploaded, or why it cannot be. */
export async function uploadOnce(
  bus: Bus,
  name: UnikernelName,
  bytes: Uint8Array,
  purpose: BlobPurpose,
): Promise<Answer<string> | null> {
  const opened = await ask(bus, openBlob, { name, sizeBytes: bytes.length, purpose }, PATIENCE_MS);
  if (opened === null || opened.kind === 'refused') return opened;
  const { blob } = opened.reply;
  for (let offset = 0; offset < bytes.length; offset += BLOB_CHUNK_BYTES_MAX) {
    const chunk = bytes.subarray(offset, offset + BLOB_CHUNK_BYTES_MAX);
    const written = await ask(bus, writeBlob, { name, blob, offset, bytes: chunk }, PATIENCE_MS);
    if (written?.kind !== 'done') return await given(bus, name, blob);
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const finished = await ask(bus, finishBlob, { name, blob, sha256 }, PATIENCE_MS);
  if (finished?.kind !== 'done') return await given(bus, name, blob);
  return { kind: 'done', reply: blob };
}

/** All of a download; null when it got lost on its way. */
export async function downloadOnce(
  bus: Bus,
  name: UnikernelName,
  blob: string,
  sizeBytes: number,
): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  for (let offset = 0; offset < sizeBytes; offset += BLOB_CHUNK_BYTES_MAX) {
    const read = await ask(bus, readBlob, { name, blob, offset }, PATIENCE_MS);
    if (read?.kind !== 'done') return await given(bus, name, blob);
    chunks.push(read.reply.bytes);
  }
  const closed = await ask(bus, closeBlob, { name, blob }, PATIENCE_MS);
  return closed === null ? null : Buffer.concat(chunks);
}

/** Whoever does not want it any more says so, if anybody listens. */
async function given(bus: Bus, name: UnikernelName, blob: string): Promise<null> {
  await ask(bus, closeBlob, { name, blob }, PATIENCE_MS);
  return null;
}
