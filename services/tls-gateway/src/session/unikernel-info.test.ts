import { deferred } from '@albatross/shared/bus/deferred';
import { Failure } from '@albatross/shared/contracts/failures';
import { showUnikernel, type UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import { listUnikernels } from '@albatross/shared/contracts/unikernel-list';
import { parseUnikernelName, type UnikernelName } from '@albatross/shared/domain/name';
import { UNIKERNEL_STATES } from '@albatross/shared/domain/unikernel';
import type { WireReply } from '@albatross/wire';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { carriedOut } from './testing/orders.ts';
import { RUNNING } from './testing/recorded-system.ts';
import { ToyRequests } from './testing/toy-requests.ts';
import { DETAILS_IN_FLIGHT } from './unikernel-info.ts';

type Infos = Extract<WireReply, { kind: 'unikernel-info' }>;

function one(name: string, changes: Partial<UnikernelDetails> = {}): UnikernelDetails {
  return { ...RUNNING, name: parseUnikernelName(name), ...changes };
}

function scene(all: readonly UnikernelDetails[]): ToyRequests {
  const perPage = 2;
  return new ToyRequests()
    .answer(listUnikernels, ({ after }) => {
      const at = all.findIndex(({ name }) => name === after) + 1;
      const unikernels = all.slice(at, at + perPage);
      const next = at + perPage < all.length ? (unikernels.at(-1)?.name ?? null) : null;
      return { unikernels, next };
    })
    .answer(showUnikernel, ({ name }) => {
      const found = all.find((each) => each.name === name);
      if (found === undefined) throw new Failure('UNIKERNEL_NOT_FOUND', `there is no ${name}`);
      return found;
    });
}

async function infosOf(
  requests: ToyRequests,
  name: string,
  form: Infos['form'] = 'newest',
): Promise<Infos> {
  const client = await carriedOut(requests, { name, command: { kind: 'unikernel-info', form } });
  const [message] = await client.messages();
  if (message?.payload.kind === 'reply' && message.payload.reply.kind === 'unikernel-info')
    return message.payload.reply;
  return assert.fail(JSON.stringify(await client.heard()));
}

async function namesIn(requests: ToyRequests, name: string): Promise<readonly string[]> {
  const { unikernels } = await infosOf(requests, name);
  return unikernels.map(({ name }) => name);
}

describe('what is told of unikernels', () => {
  it('is everything of each', async () => {
    const details = one('a:web', {
      blocks: [
        { name: 'one', device: 'data', sectorBytes: 4096, sizeMib: 12 },
        { name: 'two', device: '/dev/zvol/x', sectorBytes: null, sizeMib: null },
      ],
      nets: [{ name: 'service', bridge: 'br0', mac: '02:00:00:00:00:01', tap: 'alb0' }],
      startupPriority: 3,
      restart: { kind: 'on-exit', statuses: [9, 2] },
      arguments: ['x'],
    });
    const { unikernels } = await infosOf(scene([details]), 'a:');
    const { startedAt } = RUNNING;
    assert.deepEqual(unikernels, [
      {
        name: 'web',
        info: {
          typ: 'solo5',
          startup: 3,
          fail: { kind: 'restart', codes: [2, 9] },
          cpuids: [0],
          memory: 32,
          digest: new Uint8Array(32).fill(0xdd),
          blocks: [
            { name: 'one', device: 'data', sectorSize: 4096, size: 12 },
            { name: 'two', device: '/dev/zvol/x', sectorSize: 512, size: 0 },
          ],
          nets: [{ name: 'service', bridge: 'br0', mac: '02:00:00:00:00:01' }],
          arguments: ['x'],
          startedAt,
          vcpus: 1,
          linuxBoot: null,
        },
      },
    ]);
  });

  it('has names as seen from the path, in the order of the original', async () => {
    const all = ['a:b:x', 'a:web', 'a:zoo', 'hello'].map((name) => one(name));
    assert.deepEqual(await namesIn(scene(all), ':'), ['hello', 'a:zoo', 'a:web', 'a:b:x']);
    const inside = scene(all.slice(0, 3));
    assert.deepEqual(await namesIn(inside, 'a:'), ['zoo', 'web', 'b:x']);
  });

  it('has the whole name of one, or is nothing', async () => {
    assert.deepEqual(await namesIn(scene([one('a:web')]), 'a:web'), ['a:web']);
    assert.deepEqual(await namesIn(scene([]), 'a:web'), []);
  });

  it('leaves out what has ended for good', async () => {
    const all = UNIKERNEL_STATES.map((state, at) => one(`u${at}`, { state }));
    const requests = scene(all);
    assert.deepEqual(await namesIn(requests, ':'), ['u4', 'u3', 'u2', 'u1', 'u0']);
    const shown = requests.whats.filter((what) => what === 'unikernel.info');
    assert.equal(shown.length, 5);
    assert.deepEqual(await namesIn(scene([one('u5', { state: 'exited' })]), 'u5'), []);
  });

  it('leaves out what ended, or was destroyed, meanwhile', async () => {
    const all = [one('a'), one('b'), one('c')];
    const requests = scene(all).answer(showUnikernel, ({ name }) => {
      if (name === 'a') throw new Failure('UNIKERNEL_NOT_FOUND', 'there is no a');
      return one(name, { state: name === 'b' ? 'failed' : 'running' });
    });
    assert.deepEqual(await namesIn(requests, ':'), ['c']);
  });

  it('is nothing when somebody cannot say', async () => {
    const all = [one('a')];
    const requests = scene(all).answer(showUnikernel, () => {
      throw new Failure('SERVICE_DOWN', 'supervisor is not running');
    });
    const command = { kind: 'unikernel-info', form: 'newest' } as const;
    const client = await carriedOut(requests, { name: ':', command });
    assert.deepEqual(await client.heard(), ['failure: supervisor is not running [SERVICE_DOWN]']);
  });

  it('is said as the asker can read it', async () => {
    const all = [one('a', { cpus: [1, 2], startupPriority: 3 })];
    for (const form of ['newest', 'info-5', 'info-4'] as const) {
      const { form: told, unikernels } = await infosOf(scene(all), ':', form);
      assert.equal(told, form);
      const [first] = unikernels;
      assert.deepEqual(first?.info.cpuids, form === 'newest' ? [1, 2] : [1]);
      assert.equal(first?.info.startup, form === 'info-4' ? null : 3);
    }
  });

  it('is asked for a few at a time', async () => {
    const all = Array.from({ length: 50 }, (_, at) => one(`u${at}`));
    const byName = new Map<UnikernelName, UnikernelDetails>(all.map((each) => [each.name, each]));
    const enough = deferred();
    let [now, most] = [0, 0];
    const requests = scene(all).answer(showUnikernel, async ({ name }) => {
      now += 1;
      most = Math.max(most, now);
      if (now === DETAILS_IN_FLIGHT) enough.resolve();
      await enough.promise;
      now -= 1;
      return byName.get(name) ?? assert.fail(name);
    });
    assert.equal((await namesIn(requests, ':')).length, 50);
    assert.equal(most, DETAILS_IN_FLIGHT);
  });
});
