import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createBlock } from '../contracts/block.ts';
import type { Identity } from '../contracts/identities.ts';
import { parseUnikernelName } from '../domain/name.ts';
import { ACTOR_LENGTH_MAX, actorHeaders, actorOf } from './actor.ts';
import { endpoint, type Caller } from './serve.ts';
import { RealServer } from './testing/real-server.ts';

const name = parseUnikernelName('foo:data');
const tenant = `tls:${'ab'.repeat(32)};foo/hello`;

/** Who the supervisor sees when that identity asks. */
async function seen(identity: Identity, actor: string): Promise<Caller> {
  await using server = await RealServer.start();
  const callers: Caller[] = [];
  const onDefect = (error: unknown): never => assert.fail(String(error));
  await using supervisor = await server.connect('supervisor', { onDefect });
  const create = endpoint(createBlock, async (_body, caller) => {
    callers.push(caller);
    return {};
  });
  const service = { service: 'supervisor', version: '0.0.0', endpoints: [create] } as const;
  await supervisor.serve({ ...service, onDrop: assert.fail });
  await using bus = await server.connect(identity, { onDefect });
  await bus.inTheNameOf(actor).request(createBlock, { id: 'create-1', name, sizeMib: 1 });
  const [caller] = callers;
  assert.ok(caller !== undefined);
  return caller;
}

describe('who asks through a gateway', () => {
  it('is told to the service, beside the gateway', async () => {
    assert.deepEqual(await seen('tls-gateway', tenant), { identity: 'tls-gateway', actor: tenant });
  });

  it('is believed of gateways only', async () => {
    assert.deepEqual(await seen('admin', tenant), { identity: 'admin', actor: 'admin' });
  });

  it('is the gateway itself where it says nothing', () => {
    assert.equal(actorOf(undefined, 'tls-gateway'), 'tls-gateway');
  });

  it('is one bounded line of printable ASCII', () => {
    for (const wrong of ['', 'a\nb', 'ä']) assert.throws(() => actorHeaders(wrong), RangeError);
    const long = actorOf(actorHeaders('x'.repeat(ACTOR_LENGTH_MAX + 1)), 'tls-gateway');
    assert.equal(long.length, ACTOR_LENGTH_MAX);
  });
});
