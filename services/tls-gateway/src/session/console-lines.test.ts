import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import { hello } from '@albatross/shared/bus/testing/toy-console';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ConsoleLines, LINES_WAITING_BYTES_MAX } from './console-lines.ts';
import { ListeningClient } from './testing/listening-client.ts';

const AT = 1_795_308_889_870;

function entry(entry: ConsoleEntry['entry']): ConsoleEntry {
  return { seq: 1, at: AT, entry };
}

function line(bytes: Uint8Array, truncated = false): ConsoleEntry {
  return entry({ kind: 'line', bytes, truncated });
}

describe('a line for a client', () => {
  it('is a message of its own, with the bytes that were printed', async () => {
    const client = new ListeningClient('hello');
    const lines = new ConsoleLines(client, client.silent);
    const bytes = Uint8Array.of(0x00, 0x1b, 0x80, 0xff, 0xc3);
    lines.show(hello, line(bytes));
    lines.show(hello, line(new Uint8Array()));
    await lines.idle();
    const data = client.messages.map(({ header, payload }) => {
      assert.deepEqual(header, { sequence: 0n, name: 'hello' });
      assert.ok(payload.kind === 'data' && payload.data.kind === 'console');
      assert.equal(payload.data.at, AT);
      return Buffer.from(payload.data.line).toString('hex');
    });
    assert.deepEqual(data, ['001b80ffc3', '']);
  });

  it('that was cut says so as the original does, and what is no line looks like none', async () => {
    const client = new ListeningClient('hello');
    const lines = new ConsoleLines(client, client.silent);
    lines.show(hello, line(Buffer.alloc(4096, 'x'), true));
    lines.show(hello, entry({ kind: 'boot', life: 3 }));
    lines.show(hello, entry({ kind: 'exit', life: 3, why: 'status\n3' }));
    lines.show(hello, entry({ kind: 'gap', why: 'the disk was full' }));
    lines.show(hello, entry({ kind: 'dropped', lines: 2 }));
    await lines.idle();
    assert.deepEqual(client.heard, [
      `${'x'.repeat(4096)} [truncated]`,
      '-- boot, life 3 --',
      '-- exit, status\\x0a3 --',
      '-- gap: the disk was full --',
      '-- dropped 2 lines, which came faster than is kept --',
    ]);
  });

  it('waits for a slow one, and when enough do, there is no room for more', async () => {
    const client = new ListeningClient('hello');
    client.read(0);
    const lines = new ConsoleLines(client, client.silent);
    const batch = new Uint8Array(1024 * 1024);
    let shown = 0;
    for (; !lines.isFull; shown += 1)
      lines.show(hello, line(batch.subarray(shown * 1000, (shown + 1) * 1000)));
    assert.ok(shown > 1 && shown * 1000 <= LINES_WAITING_BYTES_MAX, String(shown));
    let hasRoom = false;
    const room = lines.room().then(() => void (hasRoom = true));
    await turn();
    assert.equal(hasRoom, false);
    client.read();
    await room;
    await lines.idle();
    assert.equal(client.messages.length, shown);
  });

  it('that has gone neither waits nor is waited for', async () => {
    const client = new ListeningClient('hello');
    client.read(0);
    const lines = new ConsoleLines(client, client.silent);
    while (!lines.isFull) lines.show(hello, line(new Uint8Array(1000)));
    const room = lines.room();
    client.go();
    await room;
    await lines.idle();
    lines.show(hello, line(new Uint8Array(1000)));
    assert.equal(lines.isFull, false);
    assert.equal(client.messages.length, 1);
  });
});
