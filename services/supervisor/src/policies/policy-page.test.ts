import { encode } from '@albatross/shared/bus/codec';
import { ROOT, type PathName } from '@albatross/shared/domain/name';
import { block, path, policy, share } from '@albatross/shared/domain/testing/policies';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { PolicyFile } from './policy-file.ts';
import { POLICIES_PAGE_BYTES_MAX } from './policy-page.ts';
import { PolicyBench } from '../testing/policy-bench.ts';

let state: string;
let bench: PolicyBench;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'albatross-policies-'));
  bench = await PolicyBench.start(new PolicyFile(state));
});
afterEach(async () => await rm(state, { recursive: true }));

describe('policies are shown', () => {
  it('the root first, then each before those below it, with what is used', async () => {
    for (const text of ['foo:', 'foo:bar:', 'foo-x:', '0:', 'foobar:']) await bench.add(text);
    bench.unikernels = [share('foo:bar:a', 10), share('foo:b', 20), share('c', 40)];
    bench.blocks = [block('foo:disk', 5)];
    const { policies, next } = bench.book.info({ name: ROOT });
    const paths: string[] = policies.map((one) => one.path);
    assert.deepEqual(paths, [':', '0:', 'foo-x:', 'foo:', 'foo:bar:', 'foobar:']);
    assert.equal(next, null);
    assert.deepEqual(policies[0], {
      path: ':',
      policy: bench.machine,
      usage: { unikernels: 3, memoryMib: 70, blockMib: 5 },
      setAt: null,
      isMachine: true,
    });
    assert.deepEqual(policies[3], {
      path: 'foo:',
      policy: policy(),
      usage: { unikernels: 2, memoryMib: 30, blockMib: 5 },
      setAt: bench.now,
      isMachine: false,
    });
  });

  it('of a path only, with those below it', async () => {
    for (const text of ['foo:', 'foo:bar:', 'foobar:']) await bench.add(text);
    const { policies } = bench.book.info({ name: path('foo:') });
    assert.deepEqual(
      policies.map((one) => one.path),
      ['foo:', 'foo:bar:'],
    );
  });

  it('page by page, none larger than a message, none left out', async () => {
    const cpus = Array.from({ length: 4096 }, (_, cpu) => cpu);
    bench.machine = policy({ cpus });
    const paths = Array.from({ length: 70 }, (_, index) => `p${index}:`);
    await Promise.all(paths.map(async (text) => await bench.add(text, { cpus })));
    const seen: string[] = [];
    let after: PathName | undefined;
    let pages = 0;
    do {
      const page = bench.book.info({ name: ROOT, after });
      assert.ok(encode(page).byteLength < POLICIES_PAGE_BYTES_MAX + 1024);
      seen.push(...page.policies.map((one) => one.path));
      after = page.next ?? undefined;
      pages += 1;
    } while (after !== undefined);
    assert.deepEqual(seen, [':', ...paths.toSorted()]);
    assert.ok(pages > 2);
  });
});
