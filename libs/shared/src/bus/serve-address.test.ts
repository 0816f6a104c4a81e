import assert from 'node:assert/strict';
import { it } from 'node:test';
import { addPolicy } from '../contracts/policy.ts';
import { requestSubject } from '../contracts/request.ts';
import { path, policy } from '../domain/testing/policies.ts';
import { encode } from './codec.ts';
import { endpoint } from './serve.ts';
import { RealServer } from './testing/real-server.ts';

it('whoever may ask below foo: only cannot change the policy of foo: itself, nor that of the root', async () => {
  await using server = await RealServer.start();
  await using bus = await server.connect('supervisor');
  const asked: string[] = [];
  await bus.serve({
    service: 'supervisor',
    version: '0.0.0',
    endpoints: [
      endpoint(addPolicy, async ({ name }) => {
        asked.push(name);
        return { changed: true };
      }),
    ],
    onDrop: (subject, why) => assert.fail(`${why}: ${subject}`),
  });
  const bare = await server.connectBare('admin');
  const add = async (subject: string, name: string): Promise<string | undefined> => {
    const data = encode({ id: 'request-1', name, policy: policy() });
    return (await bare.request(subject, data)).headers?.get('Nats-Service-Error');
  };
  const within = requestSubject(addPolicy, 'admin', path('foo:bar:'));
  assert.ok(within.endsWith('.policy.add.foo.bar'));
  for (const name of ['foo:', ':', 'bar:', 'foo:bar:baz:', 'foo.bar:', 'foo:b:ar:']) {
    assert.equal(await add(within, name), 'NAME_MISMATCH', name);
  }
  // The tokens by which unikernels and everything else of foo: are addressed.
  assert.equal(await add(`${within}.:`, 'foo:bar:'), 'NAME_MISMATCH');
  assert.equal(await add(within, 'foo:bar'), 'NAME_INVALID');
  assert.deepEqual(asked, []);
  assert.equal(await add(within, 'foo:bar:'), undefined);
  assert.deepEqual(asked, ['foo:bar:']);
  await bare.close();
});
