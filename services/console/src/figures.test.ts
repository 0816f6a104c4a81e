import { LINE_BYTES_MAX } from '@albatross/shared/contracts/console';
import { heartbeat } from '@albatross/shared/contracts/heartbeat';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { consoleFigures } from './figures.ts';
import { ConsolesUnderTest } from './testing/consoles-under-test.ts';
import { Host } from './testing/life-double.ts';

const FEED = { sent: 3, unsent: 2, untold: 1 };

describe('what console tells in a heartbeat', () => {
  it('is what it reads now, and what it has read since it began', async () => {
    await using host = await Host.make();
    using seen = new ConsolesUnderTest(host);
    assert.deepEqual(consoleFigures(seen.consoles.counts, FEED).digest, {
      consoles: 0,
      histories: 0,
      entries: 0,
    });
    const long = `${'x'.repeat(LINE_BYTES_MAX + 1)}\n`;
    host.begin('hello', 1).print(`one\n${long}`);
    host.begin('other', 2).print('two\n').exit('0 \n');
    seen.reconcile();
    const { counts } = seen.consoles;
    const content = consoleFigures(counts, FEED);
    assert.deepEqual(content, {
      connections: [{ kind: 'fifo', active: 1, total: 2 }],
      figures: {
        bytesRead: 8 + long.length,
        linesTruncated: 1,
        linesDropped: 0,
        gaps: 0,
        historiesBehind: 0,
        historiesKept: 2,
        historyBytes: counts.bytesKept,
        messagesSent: 3,
        messagesUnsent: 2,
        consolesUntold: 1,
      },
      digest: { consoles: 1, histories: 2, entries: 6 },
      domains: [],
    });
    const { connections, figures, digest, domains } = heartbeat.shape;
    assert.deepEqual(
      [connections.parse(content.connections), domains.parse(content.domains)],
      [content.connections, content.domains],
    );
    for (const numbers of [figures.parse(content.figures), digest.parse(content.digest)])
      assert.ok(Object.values(numbers).every((one) => Number.isSafeInteger(one)));
  });

  it('has the gaps where something may be missing', async () => {
    await using host = await Host.make();
    const life = host.begin('hello', 1).print('one\n');
    // As one that was killed: it does not come to rest before the other begins.
    using before = new ConsolesUnderTest(host);
    before.reconcile();
    life.print('two\n');
    using seen = new ConsolesUnderTest(host);
    seen.reconcile();
    assert.equal(consoleFigures(seen.consoles.counts, FEED).figures['gaps'], 1);
  });
});
