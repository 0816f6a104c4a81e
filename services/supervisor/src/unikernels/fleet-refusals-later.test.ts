import { Failure, type FailureCode } from '@albatross/shared/contracts/failures';
import {
  createUnikernel,
  destroyUnikernel,
  getUnikernel,
  restartUnikernel,
  showUnikernel,
  startUnikernel,
  stopUnikernel,
} from '@albatross/shared/contracts/unikernel';
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { FakeHost } from '../host/fake-host.ts';
import { imageOf, type Bench } from '../testing/bench.ts';
import {
  ask,
  assertRefused,
  endGround,
  hostFails,
  snapshot,
  startGround,
  type Ground,
} from '../testing/refusal-trial.ts';
import { BLOCKS, createHello, IMAGE, NETS, STANDINGS } from '../testing/standings.ts';
import { untilGivenUp } from '../testing/stuck-tender.ts';

let ground: Ground;
let host: FakeHost;
let bench: Bench;
beforeEach(async () => {
  ground = await startGround();
  ({ host, bench } = ground);
});
afterEach(async () => await endGround(ground));

const MISSING: Readonly<Record<string, (id: string) => Promise<unknown>>> = {
  get: async () => await ask(bench, getUnikernel, { name: 'absent', compressionLevel: 0 }),
  info: async () => await ask(bench, showUnikernel, { name: 'absent' }),
  restart: async (id) => await ask(bench, restartUnikernel, { id, name: 'absent' }),
  stop: async (id) => await ask(bench, stopUnikernel, { id, name: 'absent' }),
  start: async (id) => await ask(bench, startUnikernel, { id, name: 'absent' }),
  destroy: async (id) => await ask(bench, destroyUnikernel, { id, name: 'absent' }),
};
for (const [verb, request] of Object.entries(MISSING)) {
  it(`a ${verb} of what is not there, or was destroyed, is refused with UNIKERNEL_NOT_FOUND`, async () => {
    const before = await snapshot(bench);
    await assertRefused(
      bench,
      'UNIKERNEL_NOT_FOUND',
      async () => await request('request-1'),
      before,
    );
    await bench.create('absent');
    await bench.destroy('absent');
    const after = await snapshot(bench);
    await assertRefused(
      bench,
      'UNIKERNEL_NOT_FOUND',
      async () => await request('request-2'),
      after,
    );
  });
}

const PATHS: Readonly<Record<string, (id: string) => Promise<unknown>>> = {
  create: async (id) => await ask(bench, createUnikernel, { id, name: 'foo:', blob: 'none' }),
  get: async () => await ask(bench, getUnikernel, { name: 'foo:', compressionLevel: 0 }),
  restart: async (id) => await ask(bench, restartUnikernel, { id, name: 'foo:' }),
  stop: async (id) => await ask(bench, stopUnikernel, { id, name: ':' }),
  start: async (id) => await ask(bench, startUnikernel, { id, name: ':' }),
  destroy: async (id) => await ask(bench, destroyUnikernel, { id, name: ':' }),
};
for (const [verb, request] of Object.entries(PATHS)) {
  it(`a ${verb} of a path is refused with NAME_INVALID`, async () => {
    const before = await snapshot(bench);
    await assertRefused(bench, 'NAME_INVALID', async () => await request('request-1'), before);
  });
}

describe('a get is refused, and leaves nothing behind', () => {
  for (const compressionLevel of [-1, 10, 1.5, NaN]) {
    it(`with a level of ${compressionLevel}`, async () => {
      await createHello(ground);
      const before = await snapshot(bench);
      const request = async () =>
        await ask(bench, getUnikernel, { name: 'hello', compressionLevel });
      await assertRefused(bench, 'REQUEST_INVALID', request, before);
    });
  }

  for (const code of ['BLOB_LIMIT', 'DISK_FULL'] as const) {
    it(`with ${code}`, async () => {
      await createHello(ground);
      const before = await snapshot(bench);
      bench.parts.blobs.room.admit = () => {
        throw new Failure(code, 'no');
      };
      const request = async () => {
        return await ask(bench, getUnikernel, { name: 'hello', compressionLevel: 0 });
      };
      await assertRefused(bench, code, request, before);
    });
  }
});

describe('a start is refused, and changes nothing, with', () => {
  for (const standing of ['stopped', 'exited', 'backing-off'] as const) {
    for (const code of ['TENDER_NOT_FOUND', 'TENDER_UNUSABLE', 'DEVICE_ACCESS'] as const) {
      it(`${code}, of what is ${standing}`, async () =>
        await refusesStart(standing, code, 'findTender'));
    }
    for (const code of ['TENDER_FAILED', 'NETWORK_FAILED'] as const) {
      it(`${code}, of what is ${standing}`, async () =>
        await refusesStart(standing, code, 'startLife'));
    }
    it(`BRIDGE_NOT_FOUND, of what is ${standing}`, async () => {
      await refusesStart(standing, 'BRIDGE_NOT_FOUND', 'checkBridges');
    });
    it(`DISK_FULL, of what is ${standing}`, async () => {
      await STANDINGS[standing](ground);
      const before = await snapshot(bench);
      ground.store.isFull = true;
      const request = async () =>
        await ask(bench, startUnikernel, { id: 'request-1', name: 'hello' });
      await assertRefused(bench, 'DISK_FULL', request, before);
    });
  }

  async function refusesStart(
    standing: keyof typeof STANDINGS,
    code: FailureCode,
    at: Parameters<typeof hostFails>[2],
  ): Promise<void> {
    await STANDINGS[standing](ground);
    const before = await snapshot(bench);
    hostFails(ground, code, at);
    const request = async () =>
      await ask(bench, startUnikernel, { id: 'request-1', name: 'hello' });
    await assertRefused(bench, code, request, before);
  }

  it('POLICY_EXCEEDED, or BLOCK_IN_USE, of what has ended, when others took what it had', async () => {
    await STANDINGS.exited(ground);
    await bench.create('other', { memoryMib: 71 });
    const before = await snapshot(bench);
    const request = (id: string) => async () =>
      await ask(bench, startUnikernel, { id, name: 'hello' });
    await assertRefused(bench, 'POLICY_EXCEEDED', request('request-1'), before);
    await bench.destroy('other');
    await bench.create('other', { image: IMAGE, nets: NETS, blocks: BLOCKS, memoryMib: 1 });
    const later = await snapshot(bench);
    await assertRefused(bench, 'BLOCK_IN_USE', request('request-2'), later);
  });
});

describe('what was asked before under the same id is refused with ID_REUSED', () => {
  it('whatever was asked, and whatever is', async () => {
    await createHello(ground);
    await bench.stop('hello', 'request-1');
    const before = await snapshot(bench);
    const ids = { id: 'request-1', name: 'hello' };
    for (const contract of [startUnikernel, destroyUnikernel, restartUnikernel] as const)
      await assertRefused(bench, 'ID_REUSED', async () => await ask(bench, contract, ids), before);
    const other = async () => await ask(bench, stopUnikernel, { ...ids, name: 'other' });
    await assertRefused(bench, 'ID_REUSED', other, before);
    await bench.restart();
    const after = await snapshot(bench);
    const start = async () => await ask(bench, startUnikernel, ids);
    await assertRefused(bench, 'ID_REUSED', start, after);
  });
});

describe('a tender that does not end: TENDER_STUCK', () => {
  for (const [verb, contract] of Object.entries({
    stop: stopUnikernel,
    destroy: destroyUnikernel,
    restart: restartUnikernel,
  })) {
    it(`is what a ${verb} is answered`, async () => {
      await createHello(ground);
      const body = { id: 'request-1', name: 'hello' };
      const request = async () => await ask(bench, contract, body);
      assert.equal(await untilGivenUp(host, request), 'TENDER_STUCK');
      assert.deepEqual(host.running(), ['hello']);
    });
  }

  it('is what a start is answered as long as a stop is not over', async () => {
    await createHello(ground);
    const code = await untilGivenUp(host, async () => {
      await assert.rejects(bench.stop('hello'), { code: 'TENDER_STUCK' });
      await ask(bench, startUnikernel, { id: 'request-1', name: 'hello' });
    });
    assert.equal(code, 'TENDER_STUCK');
    assert.equal(bench.stateOf('hello'), 'stopping');
  });
});

describe('a unikernel whose record is damaged', () => {
  it('keeps its name until it is destroyed, and says so; nothing else is known of it', async () => {
    await createHello(ground);
    await writeFile(join(bench.state, 'unikernels', ':hello', 'config'), '{');
    await bench.restart();
    const blob = await bench.upload('hello', imageOf(2));
    const body = { id: 'request-1', name: 'hello', blob };
    await assert.rejects(ask(bench, createUnikernel, body), {
      code: 'UNIKERNEL_EXISTS',
      message: /the record of hello is damaged.*destroy it first/,
    });
    const ids = { id: 'request-2', name: 'hello' };
    await assert.rejects(ask(bench, stopUnikernel, ids), { code: 'UNIKERNEL_NOT_FOUND' });
    await ask(bench, destroyUnikernel, { id: 'request-3', name: 'hello' });
    assert.deepEqual(host.running(), []);
    await bench.create('hello', { image: imageOf(2) });
  });
});
