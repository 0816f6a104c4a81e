import { freePort } from '@albatross/shared/runtime/loopback-port';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Outcome } from './database.ts';
import { HttpDatabase, type HttpDatabaseOptions } from './http-database.ts';
import { AnsweringDatabase } from './testing/answering-database.ts';

const options = { bucket: 'u k', org: 'us', token: 'c2VjcmV0' };
const LINES = ['m,vm=a f=1i 1000000', 'm,vm=b f=1i 1000000'];

async function outcome(
  { url }: { readonly url: string },
  more: Partial<HttpDatabaseOptions> = {},
): Promise<Outcome> {
  await using database = new HttpDatabase({ url, ...options, ...more });
  const outcome = await database.write(LINES);
  assert.equal(database.isConnected, outcome.kind !== 'failed');
  return outcome;
}

describe('a database behind HTTP', () => {
  it('is given all lines in one request, with bucket, organisation, precision and token', async () => {
    await using server = await AnsweringDatabase.start(() => ({ status: 204 }));
    assert.deepEqual(await outcome(server), { kind: 'written' });
    assert.deepEqual(server.asked, [
      {
        url: '/api/v2/write?org=us&bucket=u%20k&precision=ns',
        authorization: 'Token c2VjcmV0',
        lines: LINES,
      },
    ]);
    await outcome({ url: `${server.url}/below` }, { token: null });
    assert.match(server.asked[1]?.url ?? '', /^\/below\/api\/v2\/write\?/);
    assert.equal(server.asked[1]?.authorization, undefined);
  });

  it('refuses lines with 400, 413 and 422', async () => {
    for (const status of [400, 413, 422]) {
      const body = '{"code":"invalid","message":"line 1:\\u001b[31m no"}';
      await using server = await AnsweringDatabase.start(() => ({ status, body }));
      assert.deepEqual(await outcome(server), {
        kind: 'refused',
        why: `HTTP status ${status}: line 1: [31m no`,
      });
      assert.equal(server.asked.length, 1, 'tried once');
    }
  });

  it('fails with every other answer, and is asked once', async () => {
    for (const status of [200, 302, 401, 403, 404, 429, 500, 503]) {
      await using server = await AnsweringDatabase.start(() => ({
        status,
        body: 'x'.repeat(5000),
      }));
      const result = await outcome(server);
      assert.ok(result.kind === 'failed', `${status}`);
      assert.ok(result.why.startsWith(`HTTP status ${status}`), result.why);
      assert.ok(result.why.length < 300);
      assert.equal(server.asked.length, 1, 'tried once');
    }
    for (const body of ['{"message":5}', '{', 'null']) {
      await using server = await AnsweringDatabase.start(() => ({ status: 500, body }));
      assert.equal((await outcome(server)).kind, 'failed', body);
    }
  });

  it('fails when nobody is there, and when there is no answer in time', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const nobody = await outcome({ url });
    assert.ok(nobody.kind === 'failed' && nobody.why.includes('ECONNREFUSED'), nobody.kind);
    await using server = await AnsweringDatabase.start(() => null);
    const late = { kind: 'failed', why: 'no answer within 100 ms' } as const;
    assert.deepEqual(await outcome(server, { deadlineMs: 100 }), late);
  });

  it('fails what is under way when it is closed, and everything after that', async () => {
    await using server = await AnsweringDatabase.start(() => null);
    const database = new HttpDatabase({ url: server.url, ...options });
    const writing = database.write(LINES);
    await database[Symbol.asyncDispose]();
    assert.equal((await writing).kind, 'failed');
    assert.equal((await database.write(LINES)).kind, 'failed');
  });
});
