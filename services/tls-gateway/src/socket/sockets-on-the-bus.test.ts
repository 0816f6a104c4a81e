import { eventually } from '@albatross/shared/bus/testing/asserts';
import { lines } from '@albatross/shared/bus/testing/toy-console';
import { endpoint, type Endpoint } from '@albatross/shared/bus/serve';
import { listBlocks, removeBlock } from '@albatross/shared/contracts/block';
import { Failure } from '@albatross/shared/contracts/failures';
import { addPolicy, listPolicies, removePolicy } from '@albatross/shared/contracts/policy';
import type { RequestContract } from '@albatross/shared/contracts/request';
import { destroyUnikernel, showUnikernel } from '@albatross/shared/contracts/unikernel';
import { listUnikernels } from '@albatross/shared/contracts/unikernel-list';
import type { Name } from '@albatross/shared/domain/name';
import { VERSION } from '@albatross/shared/runtime/version';
import type { WireReply } from '@albatross/wire';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { carryOut } from '../session/carry-out.ts';
import { blocksIn, policiesIn, unikernelsIn } from '../session/testing/recorded-system.ts';
import { StreamScene } from '../session/testing/stream-scene.ts';
import { ToyRequests } from '../session/testing/toy-requests.ts';
import { ask, connected, messagesIn } from './testing/local-client.ts';
import { lastCommandIn, recordedDialogues } from './testing/recorded-dialogues.ts';
import { message, SocketsUnderTest } from './testing/sockets-under-test.ts';

const SUBSCRIBE = {
  kind: 'command',
  command: { kind: 'console-subscribe', from: { kind: 'count', lines: 20n } },
} as const;

describe('the sockets, with the bus behind them,', () => {
  it("answer the original's clients as its daemon did", async () => {
    await using scene = await StreamScene.set({}, { identity: 'local-gateway' });
    const toy = new ToyRequests();
    await using supervisor = await scene.server.connect('supervisor');
    const onDrop = (subject: string): void => assert.fail(subject);
    await supervisor.serve({
      service: 'supervisor',
      version: VERSION,
      endpoints: ANSWERED.map((contract) => passedOn(contract, toy)),
      onDrop,
    });
    await using sockets = await SocketsUnderTest.start(
      async (order, client) => await carryOut(order, client, scene.system),
      scene.gateway,
    );
    const seen = new Set<string>();
    for (const { title, request, reply } of recordedDialogues()) {
      const told = messagesIn(reply);
      const { name, command } = lastCommandIn(request);
      if (!told.every(({ payload }) => payload.kind === 'reply' && know(toy, name, payload.reply)))
        continue;
      seen.add(command.kind);
      const endsItself = command.kind === 'policy-add';
      const answer = await ask(sockets.path('vmmd'), request, { endsItself });
      assert.deepEqual(messagesIn(answer), told, title);
      assert.ok(Buffer.from(answer).equals(reply), title);
    }
    assert.deepEqual([...seen].toSorted(), [
      'block-info',
      'block-remove',
      'policy-add',
      'policy-info',
      'policy-remove',
      'unikernel-destroy',
      'unikernel-info',
    ]);
    toy.answer(destroyUnikernel, () => {
      throw new Failure('UNIKERNEL_NOT_FOUND', 'no hello');
    });
    const destroy = { kind: 'command', command: { kind: 'unikernel-destroy' } } as const;
    const [failed] = messagesIn(await ask(sockets.path('vmmd'), message(destroy, 'hello', 5n)));
    assert.equal(failed?.header.sequence, 5n);
    assert.deepEqual(failed.payload, { kind: 'failure', text: 'no hello [UNIKERNEL_NOT_FOUND]' });
  });

  it('stream a console until the client ends its side', async () => {
    await using scene = await StreamScene.set(
      { hello: lines(1, 2) },
      { identity: 'local-gateway' },
    );
    await using sockets = await SocketsUnderTest.start(
      async (order, client) => await carryOut(order, client, scene.system),
      scene.gateway,
    );
    const client = await connected(sockets.path('console'));
    client.write(message(SUBSCRIBE, 'hello', 3n));
    const pieces: Buffer[] = [];
    client.on('data', (bytes: Buffer) => pieces.push(bytes));
    const told = () => messagesIn(new Uint8Array(Buffer.concat(pieces)));
    await eventually('both lines are there', () => told().length === 3);
    client.end();
    await once(client, 'close');
    const [reply, ...data] = told();
    assert.deepEqual(
      data.map(({ payload }) => payload.kind),
      ['data', 'data'],
    );
    assert.deepEqual(reply?.payload, {
      kind: 'reply',
      reply: { kind: 'string', text: 'subscribed' },
    });
    assert.equal(scene.followed, 0);
    const [nothing] = messagesIn(await ask(sockets.path('console'), message(SUBSCRIBE, 'foo:')));
    assert.equal(nothing?.payload.kind, 'failure');
  });
});

const ANSWERED = [
  listUnikernels,
  showUnikernel,
  destroyUnikernel,
  listPolicies,
  addPolicy,
  removePolicy,
  listBlocks,
  removeBlock,
] as const satisfies readonly RequestContract[];

function passedOn(contract: RequestContract, toy: ToyRequests): Endpoint {
  return endpoint(contract, async (body) => (await toy.request(contract, body as never)) as never);
}

const STRINGS = new Set([
  'added policy',
  'no modification of policy',
  'removed policy',
  'removed block',
  'destroyed unikernel',
]);

/** Has the supervisor know what makes it answer so; false for answers that are not tried here. */
function know(toy: ToyRequests, name: Name, reply: WireReply): boolean {
  switch (reply.kind) {
    case 'unikernel-info': {
      // What only bhyve has, nothing has here.
      if (reply.unikernels.some(({ info }) => info.vcpus !== 1 || info.linuxBoot !== null))
        return false;
      const unikernels = [...unikernelsIn(name, reply)];
      toy.answer(listUnikernels, () => ({ unikernels, next: null }));
      toy.answer(showUnikernel, (asked) => {
        const found = unikernels.find((one) => one.name === asked.name);
        if (found === undefined) throw new Failure('UNIKERNEL_NOT_FOUND', 'none');
        return found;
      });
      return true;
    }
    case 'policies': {
      const policies = [...policiesIn(name, reply)];
      toy.answer(listPolicies, () => ({ policies, next: null }));
      return true;
    }
    case 'block-devices': {
      const blocks = [...blocksIn(name, reply)];
      toy.answer(listBlocks, () => ({ blocks, next: null }));
      return true;
    }
    case 'string':
      toy.answer(addPolicy, () => ({ changed: reply.text === 'added policy' }));
      toy.answer(removePolicy, () => ({}));
      toy.answer(removeBlock, () => ({}));
      toy.answer(destroyUnikernel, () => ({}));
      return STRINGS.has(reply.text);
    default:
      return false;
  }
}
