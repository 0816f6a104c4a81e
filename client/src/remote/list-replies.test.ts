import { parseName, parseUnikernelName, ROOT } from '@albatross/shared/domain/name';
import type { WireMessage } from '@albatross/wire';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Painted, type Line } from '../colour.ts';
import { recordedMessages } from '../testing/recorded-replies.ts';
import { showBlocks, showConsoles, showPolicies } from './list-replies.ts';

/** What programs get, and what people do. */
class Shown {
  objects: readonly object[] = [];
  lines: readonly string[] = [];

  list(objects: readonly object[], lines: readonly Line[]): void {
    this.objects = objects;
    this.lines = lines.map((line) => (line instanceof Painted ? line.show(false) : line));
  }
}

async function recorded(name: string): Promise<WireMessage> {
  const [message] = await recordedMessages(name);
  return message ?? assert.fail(name);
}

describe('block devices of another host', () => {
  it('are those of a path by their names below it', async () => {
    const shown = new Shown();
    showBlocks(shown, ROOT, await recorded('31-block-root-active'));
    assert.deepEqual(shown.lines, ['NAME        SIZE   USED', 'hello-data  1 MiB  yes']);
    assert.deepEqual(shown.objects, [{ name: 'hello-data', sizeMib: 1, isUsed: true }]);
  });

  it('are called as a single one was asked for, without the path of the certificate', async () => {
    const shown = new Shown();
    const message = await recorded('24-block-info-name');
    showBlocks(shown, parseUnikernelName('hello-data'), message);
    assert.equal(shown.lines[1], 'hello-data  1 MiB  no');
    showBlocks(shown, ROOT, message);
    assert.match(shown.lines[1] ?? '', /^tenant:hello-data /);
  });
});

it('of consoles of another host the names are all there is', async () => {
  const shown = new Shown();
  const { header } = await recorded('02-inactive-consoles-empty');
  const names = ['hello', 'bob:db'].map(parseName);
  showConsoles(shown, { header, payload: { kind: 'reply', reply: { kind: 'consoles', names } } });
  assert.deepEqual(shown.lines, ['NAME', 'hello', 'bob:db']);
  assert.deepEqual(shown.objects[1], { name: 'bob:db', isActive: false });
});

describe('policies of another host', () => {
  it('are without what is used, which it does not tell', async () => {
    const shown = new Shown();
    showPolicies(shown, await recorded('58-policy-root-with-sub'));
    assert.deepEqual(shown.lines, [
      'PATH  UNIKERNELS  MEMORY    BLOCK    CPUS  BRIDGES',
      ':     16          1024 MiB  100 MiB  0-1   service',
      'sub:  2           128 MiB   20 MiB   0     service',
    ]);
    assert.deepEqual(shown.objects[1], {
      path: 'sub:',
      policy: { unikernels: 2, memoryMib: 128, cpus: [0], blockMib: 20, bridges: ['service'] },
    });
  });

  it("are any number of unikernels where they are a machine's own", () => {
    const shown = new Shown();
    const unikernels = 2n ** 62n - 1n;
    const policy = { unikernels, memory: 1024, cpuids: [0, 1], block: null, bridges: [] };
    const reply = { kind: 'policies', policies: [{ name: ROOT, policy }] } as const;
    const header = { sequence: 0n, name: ROOT };
    showPolicies(shown, { header, payload: { kind: 'reply', reply } });
    assert.match(shown.lines[1] ?? '', /^: +any +1024 MiB  none +0-1 +none$/);
    const any = { unikernels: Number.MAX_SAFE_INTEGER, memoryMib: 1024, cpus: [0, 1] };
    assert.deepEqual(shown.objects, [
      { path: ':', policy: { ...any, blockMib: null, bridges: [] } },
    ]);
  });
});
