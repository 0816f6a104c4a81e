import type { Requests } from '@albatross/shared/bus/bus';
import { parseName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { liveNames, type LiveKind } from './live-names.ts';

/** Pages of one entry each, of everything, wherever was asked; and where that was. */
function toyRequests(asked: string[] = []): Requests {
  const lists: Readonly<Record<string, readonly string[]>> = {
    unikernel: ['hello', 'foo:web', 'foo:bar:deep'],
    policy: [':', 'limited:', 'foo:'],
    block: ['data', 'store:log'],
  };
  const request = async ({ noun }: { noun: string }, body: { name: string; after?: string }) => {
    asked.push(`${noun} ${body.name}`);
    const all = lists[noun] ?? [];
    const at = body.after === undefined ? 0 : all.indexOf(body.after) + 1;
    const name = parseName(all[at] ?? assert.fail());
    const next = at + 1 < all.length ? name : null;
    const entries = [{ name, path: name }];
    return { unikernels: entries, policies: entries, blocks: entries, next };
  };
  return { request: request as unknown as Requests['request'] };
}

describe('live names', () => {
  it('are those of the kind that begin so', async () => {
    const cases: readonly [LiveKind, string, string][] = [
      ['unikernels', '', 'foo:bar:deep foo:web hello'],
      ['unikernels', 'h', 'hello'],
      ['unikernels', 'foo:', 'foo:bar:deep foo:web'],
      ['unikernels', 'no', ''],
      ['devices', '', 'data store:log'],
      ['paths', '', ': foo: foo:bar: limited: store:'],
      ['paths', 'foo', 'foo: foo:bar:'],
      ['names', 'f', 'foo: foo:bar: foo:bar:deep foo:web'],
      ['names', ':', ':'],
      ['unikernels', ':foo:w', ':foo:web'],
      ['paths', ':l', ':limited:'],
    ];
    for (const [what, prefix, expected] of cases)
      assert.equal((await liveNames(toyRequests(), what, prefix)).join(' '), expected, prefix);
  });

  it('are asked for below the path that was typed', async () => {
    const asked: string[] = [];
    await liveNames(toyRequests(asked), 'unikernels', 'foo:bar:d');
    assert.deepEqual(new Set(asked), new Set(['unikernel foo:bar:']));
  });

  it('are none of a prefix that no name has', async () => {
    await assert.rejects(liveNames(toyRequests(), 'names', 'a b:'), { name: 'NameError' });
  });
});
