import assert from 'node:assert/strict';
import type { Minted } from '../../../services/tls-gateway/src/testing/mint.ts';
import type { Endpoint } from './endpoint.ts';
import { BLOCK_INFO, INFO, order, POLICY_INFO, STATS } from './tenants.ts';

export interface Seen {
  readonly unikernels: readonly string[];
  readonly policies: readonly string[];
  readonly blocks: readonly (readonly [name: string, sizeMib: number])[];
  /** Who was in two samples. */
  readonly stats: readonly string[];
}

/** All that an authority is told about its path, which has a unikernel that runs. */
export async function whatIsSeen(endpoint: Endpoint, authority: Minted): Promise<Seen> {
  const info = await endpoint.asked(INFO, authority);
  const policies = await endpoint.asked(POLICY_INFO, authority);
  const blocks = await endpoint.asked(BLOCK_INFO, authority);
  assert.ok(info.kind === 'unikernel-info' && policies.kind === 'policies');
  assert.ok(blocks.kind === 'block-devices');
  return {
    unikernels: info.unikernels.map(({ name }) => name),
    policies: policies.policies.map(({ name }) => name),
    blocks: blocks.blocks.map(({ name, size }) => [name, size]),
    stats: await sampled(endpoint, authority),
  };
}

async function sampled(endpoint: Endpoint, authority: Minted): Promise<readonly string[]> {
  await using client = await endpoint.connect(order('.', STATS, authority));
  assert.equal((await client.message())?.payload.kind, 'reply');
  const samples = [await client.message(), await client.message()];
  return [...new Set(samples.map((sample) => sample?.header.name ?? ''))];
}
