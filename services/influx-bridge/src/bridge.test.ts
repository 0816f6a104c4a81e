import type { Fetched } from '@albatross/shared/bus/stats-reader';
import { eventually } from '@albatross/shared/bus/testing/asserts';
import { parseName, ROOT } from '@albatross/shared/domain/name';
import type { Logger } from '@albatross/shared/runtime/logger';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { Bridge, LAST_WRITE_MS, type BridgeOptions } from './bridge.ts';
import type { Database, Outcome } from './database.ts';
import { bridgeFigures } from './figures.ts';
import { keptDouble, type KeptDouble } from './testing/kept-doubles.ts';

/** Hands out each batch once and what was given back together with the next, then waits. */
class ReaderDouble {
  readonly all: KeptDouble[] = [];
  #batches: (readonly KeptDouble[])[] = [];

  constructor(...batches: readonly (readonly KeptDouble[])[]) {
    this.add(...batches);
  }

  add(...batches: readonly (readonly KeptDouble[])[]): void {
    this.#batches.push(...batches);
  }

  async fetch(stop: AbortSignal): Promise<Fetched> {
    const released = this.all.filter(({ said }) => said.at(-1) === 'released');
    const fresh = this.#batches.shift() ?? [];
    this.all.push(...fresh);
    for (const { said } of released) said.length = 0;
    if (released.length + fresh.length === 0 && !stop.aborted)
      await Promise.race([once(stop, 'abort'), new Promise((done) => setTimeout(done, 10))]);
    return { kind: 'samples', samples: [...released, ...fresh] };
  }

  async waiting(): Promise<number> {
    return this.all.filter(({ said }) => !said.includes('acknowledged')).length;
  }
}

class DatabaseDouble implements Database {
  readonly lines: string[] = [];
  readonly isConnected = true;
  readonly #answer: (lines: readonly string[]) => Promise<Outcome> | Outcome;
  isClosed = false;

  constructor(answer: (lines: readonly string[]) => Promise<Outcome> | Outcome) {
    this.#answer = answer;
  }

  async write(lines: readonly string[]): Promise<Outcome> {
    const outcome = await this.#answer(lines);
    if (outcome.kind === 'written') this.lines.push(...lines);
    return outcome;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isClosed = true;
  }
}

function started(
  reader: ReaderDouble,
  database: Database,
  options: Partial<BridgeOptions> = {},
): { readonly bridge: Bridge; readonly told: string[] } {
  const told: string[] = [];
  const tell = (event: string, fields = {}): unknown => told.push(event + JSON.stringify(fields));
  const log: Logger = { error: tell, warn: tell, info: tell, debug: tell };
  const parts = { reader, database, log };
  return { bridge: Bridge.start({ name: ROOT, isWholeName: false, ...options }, parts), told };
}

const WRITTEN: Outcome = { kind: 'written' };
const holds = (lines: readonly string[], vm: string): boolean =>
  lines.some((line) => line.includes(`,vm=${vm},`) || line.includes(`,vm=${vm} `));

describe('the bridge', () => {
  it('acknowledges what the database took, and what is not meant without writing it', async () => {
    const samples = ['foo:web', 'bar:web', 'foo'].map((name) => keptDouble(name));
    const database = new DatabaseDouble(() => WRITTEN);
    const reader = new ReaderDouble(samples);
    const { bridge, told } = started(reader, database, {
      name: parseName('foo:'),
      isWholeName: true,
    });
    await eventually('all are settled', () => samples.every(({ said }) => said.length > 0));
    await bridge[Symbol.asyncDispose]();
    assert.deepEqual(
      samples.map(({ said }) => said),
      [['acknowledged'], ['acknowledged'], ['acknowledged']],
    );
    assert.ok(database.lines.length > 0 && database.isClosed);
    for (const line of database.lines) assert.match(line, /,vm=foo:web[, ]/);
    assert.deepEqual([bridge.counts.written, bridge.counts.retries, told], [1, 0, []]);
  });

  it('gives back what the database did not take, tells it once, and writes it later', async () => {
    let tries = 0;
    const database = new DatabaseDouble(() => {
      tries += 1;
      return tries < 3 ? { kind: 'failed', why: 'connect ECONNREFUSED' } : WRITTEN;
    });
    const sample = keptDouble('web');
    const { bridge, told } = started(new ReaderDouble([sample]), database);
    await eventually('it is written', () => sample.said.includes('acknowledged'));
    await bridge[Symbol.asyncDispose]();
    assert.deepEqual([bridge.counts.written, bridge.counts.retries], [1, 2]);
    assert.deepEqual(told, [
      'samples are not written{"why":"connect ECONNREFUSED"}',
      'samples are written again{}',
    ]);
  });

  it('gives up what alone is refused, and only that', async () => {
    const database = new DatabaseDouble((lines) =>
      holds(lines, 'bad') ? { kind: 'refused', why: 'HTTP status 400' } : WRITTEN,
    );
    const samples = ['a', 'bad', 'c', 'd'].map((name) => keptDouble(name));
    const { bridge, told } = started(new ReaderDouble(samples), database);
    await eventually('all are settled', () => samples.every(({ said }) => said.length > 0));
    await bridge[Symbol.asyncDispose]();
    for (const { said } of samples) assert.deepEqual(said, ['acknowledged']);
    assert.deepEqual([bridge.counts.written, bridge.counts.refused], [3, 1]);
    assert.deepEqual(told, [
      'samples refused by the database are given up{"count":1,"names":["bad"],"why":"HTTP status 400"}',
    ]);
    for (const vm of ['a', 'c', 'd']) assert.ok(holds(database.lines, vm), vm);
  });

  it('gives up nothing before the database took anything: it may refuse because of us', async () => {
    const reader = new ReaderDouble(['bad', 'worse'].map((name) => keptDouble(name)));
    let refusals = 0;
    const database = new DatabaseDouble((lines) => {
      if (!holds(lines, 'bad') && !holds(lines, 'worse')) return WRITTEN;
      refusals += 1;
      return { kind: 'refused', why: 'HTTP status 400: no organisation' };
    });
    const { bridge, told } = started(reader, database);
    await eventually('they were tried twice', () => refusals >= 6);
    assert.deepEqual([bridge.counts.refused, bridge.counts.written], [0, 0]);
    assert.deepEqual(told, ['samples are not written{"why":"HTTP status 400: no organisation"}']);
    reader.add([keptDouble('good')]);
    await eventually('they are given up', () => bridge.counts.refused === 2);
    await bridge[Symbol.asyncDispose]();
    assert.equal(bridge.counts.written, 1);
    assert.equal(await reader.waiting(), 0);
  });

  it('lets a write end when it is to end itself, and acknowledges it', async () => {
    let end: (() => void) | null = null;
    const database = new DatabaseDouble(
      async () => await new Promise((resolve) => (end = () => resolve(WRITTEN))),
    );
    const sample = keptDouble('web');
    const { bridge } = started(new ReaderDouble([sample]), database);
    await eventually('it is being written', () => end !== null);
    const ending = bridge[Symbol.asyncDispose]();
    (end as (() => void) | null)?.();
    await ending;
    assert.deepEqual(sample.said, ['acknowledged']);
  });

  it('acknowledges nothing that a database too slow for its end did not take', async () => {
    let fail: (() => void) | null = null;
    const hanging = async (): Promise<Outcome> =>
      await new Promise((resolve) => (fail = () => resolve({ kind: 'failed', why: 'closed' })));
    class SlowDatabase extends DatabaseDouble {
      override async [Symbol.asyncDispose](): Promise<void> {
        fail?.();
      }
    }
    const sample = keptDouble('web');
    const { bridge } = started(new ReaderDouble([sample]), new SlowDatabase(hanging));
    await eventually('it is being written', () => fail !== null);
    const began = Date.now();
    await bridge[Symbol.asyncDispose]();
    assert.deepEqual(sample.said, ['released']);
    assert.ok(Date.now() - began >= LAST_WRITE_MS - 50);
    assert.equal(bridge.counts.written, 0);
  });

  it('tells its figures, without those that nobody knows', () => {
    const counts = { written: 5, refused: 1, retries: 2, waiting: null, lastWrittenAt: null };
    const state = { isConnected: false, heartbeatsDropped: 3, malformed: 4 };
    assert.deepEqual(bridgeFigures(counts, state).figures, {
      samplesWritten: 5,
      samplesRefused: 1,
      samplesMalformed: 4,
      writeRetries: 2,
      heartbeatsUnwritten: 3,
      databaseConnected: 0,
    });
    const known = bridgeFigures(
      { ...counts, waiting: 7, lastWrittenAt: Date.now() },
      state,
    ).figures;
    assert.equal(known['samplesWaiting'], 7);
    assert.ok((known['lastWriteAgeMs'] ?? -1) >= 0);
  });
});
