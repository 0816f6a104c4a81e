import { failureCode } from '@albatross/shared/bus/testing/asserts';
import { Failure, isFailureCode, type FailureCode } from '@albatross/shared/contracts/failures';
import type { BodyOf, ReplyOf, RequestContract } from '@albatross/shared/contracts/request';
import { ROOT } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endpoints } from '../service.ts';
import { FakeHost } from '../host/fake-host.ts';
import { Bench, CALLER } from './bench.ts';
import { TinyStore } from './tiny-store.ts';

/** A supervisor with a few block devices, to be refused things by. */
export interface Ground {
  readonly host: FakeHost;
  readonly bench: Bench;
  readonly store: TinyStore;
}

export async function startGround(): Promise<Ground> {
  const host = new FakeHost({ memoryMib: 100, tenderUids: { first: 700_000, count: 3 } });
  const stores: TinyStore[] = [];
  const bench = await Bench.start({
    host,
    store: (state) => {
      stores[0] ??= new TinyStore(state);
      return stores[0];
    },
  });
  for (const block of ['data', 'more', 'foo:data']) await bench.createBlock(block);
  const [store] = stores;
  assert.ok(store !== undefined);
  return { host, bench, store };
}

export async function endGround({ host, bench, store }: Ground): Promise<void> {
  host.deafTo = new Set();
  store.isFull = false;
  bench.parts.refusals[Symbol.dispose]();
  await bench[Symbol.asyncDispose]();
}

/** From now on the machine cannot do that. */
export function hostFails(
  { host }: Ground,
  code: FailureCode,
  at: 'findTender' | 'startLife' | 'checkBridges',
): void {
  const fail = (): never => {
    throw new Failure(code, 'no');
  };
  Object.assign(host, { [at]: at === 'checkBridges' ? fail : async () => fail() });
}

/** As a request that came over the bus: what its schema refuses is a failure too. */
export async function ask<C extends RequestContract>(
  bench: Bench,
  contract: C,
  body: BodyOf<C>,
): Promise<ReplyOf<C>> {
  const read = contract.body.safeParse(body);
  if (!read.success) {
    const [issue] = read.error.issues;
    const code: unknown = issue?.code === 'custom' ? issue.params?.['failure'] : undefined;
    throw new Failure(isFailureCode(code) ? code : 'REQUEST_INVALID', issue?.message ?? '');
  }
  const found = endpoints(bench.parts).find((one) => one.contract === contract);
  assert.ok(found !== undefined);
  return (await found.answer(read.data as never, CALLER)) as ReplyOf<C>;
}

/** Refused with that code, which stands in the event log; and everything is as before. */
export async function assertRefused(
  bench: Bench,
  code: FailureCode,
  request: () => Promise<unknown>,
  before: unknown,
): Promise<void> {
  assert.equal(await failureCode(request()), code);
  assert.deepEqual(await snapshot(bench), before);
}

/** All that a request might leave behind. */
export async function snapshot(bench: Bench): Promise<unknown> {
  for (let times = 0; times < 2; times += 1) await bench.look();
  const { inventory, events, blocks } = bench.parts;
  const { host, state } = bench;
  const unikernels = join(state, 'unikernels');
  const records = await readdir(unikernels, { recursive: true });
  const configs = records.filter((path) => path.endsWith('config')).toSorted();
  const from = { kind: 'after', seq: 0 } as const;
  return {
    images: await bench.imageFiles(),
    blobs: await bench.blobFiles(),
    records: await Promise.all(
      configs.map(async (path) => [path, await readFile(join(unikernels, path), 'utf8')]),
    ),
    unikernels: inventory.all().map((one) => inventory.details(one)),
    users: inventory.all().map(({ uid }) => uid),
    shares: inventory.shares(),
    claims: blocks.list({ name: ROOT }).blocks.map(({ name, usedBy }) => [name, usedBy]),
    running: host.running(),
    taps: host.taps(),
    traces: host.traces(),
    events: events.list({ name: ROOT, from }).events.filter(({ type }) => type !== 'refused')
      .length,
  };
}
