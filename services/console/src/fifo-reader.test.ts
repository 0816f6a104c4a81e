import { eventually } from '@albatross/shared/bus/testing/asserts';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { describe, it } from 'node:test';
import { FifoReader, READ_NOW_BYTES } from './fifo-reader.ts';
import { Host, type LifeDouble } from './testing/life-double.ts';

/** A reader that remembers. */
class Reading implements Disposable {
  readonly reader: FifoReader;
  #bytes = 0;
  #text = '';
  ends = 0;

  constructor(host: Host, life: LifeDouble) {
    this.reader = new FifoReader({
      path: fifoOf(host, life),
      onBytes: (bytes) => {
        this.#bytes += bytes.length;
        if (this.#bytes < 10_000) this.#text += Buffer.from(bytes).toString();
      },
      onEnd: () => {
        this.ends += 1;
      },
      onDefect: (error) => assert.fail(String(error)),
    });
  }

  get bytes(): number {
    return this.#bytes;
  }

  get text(): string {
    return this.#text;
  }

  [Symbol.dispose](): void {
    this.reader[Symbol.dispose]();
  }
}

function fifoOf(host: Host, { name }: LifeDouble): string {
  return join(host.lives, name, 'fifo');
}

/** How many of this process's descriptors are that file. */
function descriptorsOf(path: string): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    const link = `/proc/self/fd/${fd}`;
    return existsSync(link) && readlinkSync(link) === path;
  }).length;
}

describe('a fifo reader', () => {
  it('is given what is written, by the event loop or at once', async () => {
    await using host = await Host.make();
    const life = host.begin('hello', 1);
    using reading = new Reading(host, life);
    assert.equal(reading.reader.readNow(), 'empty');
    life.print('one ');
    assert.equal(reading.reader.readNow(), 'empty');
    assert.equal(reading.text, 'one ');
    life.print('two');
    await eventually('the loop reads it', () => reading.text === 'one two');
    assert.equal(reading.ends, 0);
  });

  it('ends once, when neither keeper nor tender can write any more, and lets the fifo go', async () => {
    await using host = await Host.make();
    const life = host.begin('hello', 1);
    using reading = new Reading(host, life);
    life.print('last').loseKeeper();
    assert.equal(reading.reader.readNow(), 'empty');
    life.endTender();
    assert.equal(reading.reader.readNow(), 'ended');
    await eventually('it ends', () => reading.ends > 0);
    await eventually('the fifo is closed', () => descriptorsOf(fifoOf(host, life)) === 0);
    assert.equal(reading.text, 'last');
    // Its descriptor may be another file's now.
    assert.equal(reading.reader.readNow(), 'ended');
    assert.equal(reading.ends, 1);
  });

  it('tells nothing more after it was disposed of', async () => {
    await using host = await Host.make();
    const life = host.begin('hello', 1);
    const reading = new Reading(host, life);
    const other = new Reading(host, host.begin('other', 2).print('other'));
    reading[Symbol.dispose]();
    life.loseKeeper().endTender();
    await eventually('another is read', () => other.text === 'other');
    other[Symbol.dispose]();
    assert.deepEqual([reading.ends, reading.text], [0, '']);
    assert.equal(descriptorsOf(fifoOf(host, life)), 0);
  });

  it('throws for what is no fifo, and leaves no descriptor behind', async () => {
    await using host = await Host.make();
    const options = { onBytes: () => {}, onEnd: () => {}, onDefect: () => {} };
    const path = join(host.exits, 'file');
    assert.throws(() => new FifoReader({ ...options, path }), { code: 'ENOENT' });
    writeFileSync(path, 'text');
    assert.throws(() => new FifoReader({ ...options, path }));
    assert.equal(descriptorsOf(path), 0);
  });

  it('takes no more at once from a guest that prints without end, and lets others have their turn', async () => {
    await using host = await Host.make();
    const flood = host.begin('flood', 1);
    const quiet = host.begin('quiet', 2);
    using flooded = new Reading(host, flood);
    using reading = new Reading(host, quiet);
    const writer = spawn('sh', ['-c', 'exec yes >fifo'], {
      cwd: join(host.lives, flood.name),
      stdio: 'ignore',
    });
    try {
      await eventually('the flood is read', () => flooded.bytes > READ_NOW_BYTES);
      const before = flooded.bytes;
      flooded.reader.readNow();
      assert.ok(flooded.bytes - before <= READ_NOW_BYTES + 64 * 1024);
      quiet.print('heard');
      const start = performance.now();
      await eventually('the other is read', () => reading.text === 'heard');
      assert.ok(performance.now() - start < 1000);
    } finally {
      writer.kill('SIGKILL');
      await once(writer, 'exit');
    }
    flood.loseKeeper().endTender();
    await eventually('the flood ends', () => flooded.ends === 1);
  });
});
