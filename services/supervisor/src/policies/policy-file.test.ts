import { path, policy } from '@albatross/shared/domain/testing/policies';
import { StartError } from '@albatross/shared/runtime/run';
import { draftOf } from '@albatross/shared/runtime/write-file';
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { PolicyState } from '@albatross/shared/contracts/stored-policies';
import { NO_POLICIES, PolicyFile } from './policy-file.ts';

let folder: string;
let file: PolicyFile;
const place = (): string => join(folder, 'policies');

const state: PolicyState = {
  policies: new Map([
    [path('foo:'), { policy: policy({ blockMib: null }), setAt: 7 }],
    [path(':'), { policy: policy(), setAt: 8 }],
  ]),
  outcomes: [{ caller: 'admin', id: 'request-1', body: 'b', at: 9, reply: { changed: true } }],
  events: [
    { type: 'policy-removed', id: '0'.repeat(16), name: path('a:'), actor: 'x', requestId: 'y' },
  ],
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albatross-policy-file-'));
  file = new PolicyFile(folder);
});
afterEach(async () => await rm(folder, { recursive: true }));

describe('the file of all policies', () => {
  it('holds what was written, for nobody else to read', async () => {
    await file.write(state);
    assert.deepEqual(await file.read(), state);
    assert.equal((await stat(place())).mode & 0o777, 0o600);
    assert.ok(await file.holds(state));
    assert.ok(!(await file.holds(NO_POLICIES)));
  });

  it('need not be there', async () => {
    assert.deepEqual(await file.read(), NO_POLICIES);
    assert.ok(await file.holds(NO_POLICIES));
    assert.ok(!(await file.holds(state)));
  });

  it('is what it was when a write was cut off, whose draft is removed', async () => {
    await file.write(state);
    await writeFile(draftOf(place()), '{"version":1,"poli');
    assert.deepEqual(await file.read(), state);
    assert.deepEqual(await readdir(folder), ['policies']);
  });
});

describe('a file of policies that cannot be understood', () => {
  const good = { path: 'foo:', policy: policy(), setAt: 1 };
  const holding = (policies: readonly unknown[]): string =>
    JSON.stringify({ version: 1, policies, outcomes: [], events: [] });
  const WRONG: Readonly<Record<string, string>> = {
    'is empty': '',
    'is cut off': holding([good]).slice(0, -10),
    'is no object': '[]',
    'has no version': JSON.stringify({ policies: [], outcomes: [], events: [] }),
    'has an older version than there ever was': '{"version":0}',
    'has an unknown key': JSON.stringify({ ...JSON.parse(holding([])), colour: 1 }),
    'has a negative limit': holding([{ ...good, policy: policy({ memoryMib: -1 }) }]),
    'has a unikernel for a path': holding([{ ...good, path: 'foo' }]),
    'has a path twice': holding([good, { ...good, path: ':FOO:' }]),
    'has no time': holding([{ ...good, setAt: null }]),
    'holds bytes of something else': '\0\xff\x00ELF',
  };

  for (const [what, text] of Object.entries(WRONG)) {
    it(`lifts no limit by being ignored or moved away, when it ${what}`, async () => {
      await writeFile(place(), text);
      for (const _ of ['first start', 'second start']) {
        await assert.rejects(file.read(), (error) => {
          assert.ok(error instanceof StartError);
          assert.match(error.message, /damaged: .*Put back a good copy; or remove the file/s);
          return error.message.startsWith(place());
        });
      }
      assert.equal(await readFile(place(), 'utf8'), text);
    });
  }

  it('is left to the newer version that wrote it', async () => {
    await writeFile(place(), '{"version":2,"anything":true}');
    await assert.rejects(file.read(), {
      name: 'StartError',
      message: `${place()} is of version 2, and this supervisor knows 1: it was written by a newer one, which has to be started instead; or put back the state from before`,
    });
  });

  it('keeps the supervisor from starting when it cannot even be read', async () => {
    await mkdir(place());
    await assert.rejects(file.read(), { name: 'StartError', message: /cannot be read: .*EISDIR/ });
    assert.ok(!(await file.holds(NO_POLICIES)));
  });
});
