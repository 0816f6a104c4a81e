import type { FailureCode } from '@albatross/shared/contracts/failures';
import { createUnikernel } from '@albatross/shared/contracts/unikernel';
import { parseUnikernelName, ROOT } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { CALLER, imageOf, type Bench } from '../testing/bench.ts';
import { CREATE_REFUSALS } from '../testing/create-refusals.ts';
import {
  ask,
  assertRefused,
  endGround,
  snapshot,
  startGround,
  type Ground,
} from '../testing/refusal-trial.ts';
import { untilGivenUp } from '../testing/stuck-tender.ts';

let ground: Ground;
let bench: Bench;
beforeEach(async () => {
  ground = await startGround();
  ({ bench } = ground);
});
afterEach(async () => await endGround(ground));

describe('a create is refused, and leaves nothing behind, with', () => {
  for (const [code, ways] of Object.entries(CREATE_REFUSALS)) {
    for (const { what, image = imageOf(9), body = {}, given, isUnread } of ways) {
      it(`${code}${what === '' ? '' : `, as ${what}`}`, async () => {
        await given?.(ground);
        const before = await snapshot(bench);
        const name = body.name ?? 'foo:hello';
        const blob = isUnread === true ? 'none' : await bench.upload(name, image);
        const whole = { id: 'request-1', name, blob, addName: false, ...body };
        const request = async () => await ask(bench, createUnikernel, whole);
        await assertRefused(bench, code as FailureCode, request, before);
        // Nor the second time, and that is told once.
        if (code !== 'ID_REUSED') await assertRefused(bench, code as FailureCode, request, before);
      });
    }
  }

  it('TENDER_STUCK, as one of that name does not end', async () => {
    await bench.create('foo:hello', { memoryMib: 1 });
    const blob = await bench.upload('foo:hello', imageOf(9));
    const body = { id: 'request-1', name: 'foo:hello', blob, addName: false, force: true };
    const request = async () => await ask(bench, createUnikernel, body);
    assert.equal(await untilGivenUp(ground.host, request), 'TENDER_STUCK');
    assert.deepEqual(await bench.blobFiles(), []);
    assert.equal((await bench.imageFiles()).length, 1);
    assert.deepEqual(ground.host.running(), ['foo:hello']);
  });

  it('BLOB_INCOMPLETE, as its upload was not finished; which may still be', async () => {
    const image = imageOf(9);
    const name = parseUnikernelName('foo:hello');
    const { blob } = await bench.parts.blobs.open(CALLER.identity, {
      name,
      sizeBytes: image.length,
    });
    const before = await snapshot(bench);
    const body = { id: 'request-1', name, blob };
    const request = async () => await ask(bench, createUnikernel, body);
    await assertRefused(bench, 'BLOB_INCOMPLETE', request, before);
  });

  it('every code of the contract', () => {
    const provoked = [...Object.keys(CREATE_REFUSALS), 'TENDER_STUCK', 'BLOB_INCOMPLETE'];
    assert.deepEqual(provoked.toSorted(), createUnikernel.failures.toSorted());
  });

  it('an event of it, without what may be a secret', async () => {
    const blob = await bench.upload('foo:hello', Buffer.from('no image'));
    const body = { id: 'request-1', name: 'foo:hello', blob, arguments: ['secret'] };
    await ask(bench, createUnikernel, body).catch(() => undefined);
    const from = { kind: 'after', seq: 0 } as const;
    const { events } = bench.parts.events.list({ name: ROOT, from });
    const refused = events.filter(({ type }) => type === 'refused');
    assert.equal(refused.length, 1);
    const { seq: _, id: __, at: ___, ...told } = refused[0] ?? assert.fail();
    assert.deepEqual(told, {
      type: 'refused',
      name: 'foo:hello',
      actor: CALLER.actor,
      requestId: 'request-1',
      request: 'unikernel.create',
      code: 'IMAGE_NOT_ELF',
      times: 1,
    });
  });
});
