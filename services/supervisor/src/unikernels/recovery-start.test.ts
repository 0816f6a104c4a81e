import { eventually } from '@albatross/shared/bus/testing/asserts';
import { parseUnikernelName, ROOT } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { FakeHost } from '../host/fake-host.ts';
import { Bench, CALLER } from '../testing/bench.ts';

const hello = parseUnikernelName('hello');

let host: FakeHost;
let bench: Bench;
beforeEach(async () => {
  host = new FakeHost({ memoryMib: 1000 });
  bench = await Bench.start({ host });
});
afterEach(async () => await bench[Symbol.asyncDispose]());

async function stop(name: string): Promise<void> {
  const request = { id: `stop-${name}-1`, name: parseUnikernelName(name) };
  await bench.parts.fleet.stop(CALLER, request);
}

async function restart(): Promise<void> {
  await bench.restart();
  await bench.look();
}

describe('at a start', () => {
  it('lower priorities are started first', async () => {
    for (const [name, startupPriority] of [
      ['c', 50],
      ['a', 99],
      ['b', 0],
    ] as const) {
      await bench.create(name, { startupPriority });
    }
    host.reboot();
    await restart();
    assert.deepEqual(
      host.starts.slice(-3).map(({ config }) => config.name),
      ['b', 'c', 'a'],
    );
  });

  it('what was stopped is not started, and what was being stopped is', async () => {
    for (const name of ['a', 'b']) await bench.create(name);
    await stop('a');
    host.deafTo = new Set(['SIGTERM', 'SIGKILL']);
    stop('b').catch(() => undefined);
    await eventually('it is written', async () => (await bench.storedAs('b')) === 'stop');
    await restart();
    assert.deepEqual([bench.stateOf('a'), bench.stateOf('b')], ['stopped', 'stopping']);
    host.end(parseUnikernelName('b'), { kind: 'status', status: 1 });
    await bench.settled();
    assert.equal(bench.stateOf('b'), 'stopped');
  });

  it('a start of what a supervisor that died was stopping waits for its end', async () => {
    await bench.create('a');
    host.deafTo = new Set(['SIGTERM', 'SIGKILL']);
    stop('a').catch(() => undefined);
    await eventually('it is written', async () => (await bench.storedAs('a')) === 'stop');
    await restart();
    const starting = bench.startOne('a');
    host.end(parseUnikernelName('a'), { kind: 'status', status: 1 });
    await bench.look();
    assert.equal((await starting).state, 'running');
    assert.deepEqual([host.starts.length, await bench.storedAs('a')], [2, 'run']);
  });

  it('what waited for its next try waits for it still', async () => {
    await bench.create('hello', { restart: { kind: 'on-exit', statuses: [] } });
    bench.parts.keeping.onWake = () => undefined;
    host.end(hello, { kind: 'status', status: 2 });
    await bench.settled();
    assert.equal(await bench.storedAs('hello'), 'run');
    await restart();
    assert.equal(bench.stateOf('hello'), 'backing-off');
    await eventually('it runs', () => bench.stateOf('hello') === 'running');
  });

  it('an end that was seen and not dealt with is told once, and its rule obeyed', async () => {
    await bench.create('hello', { restart: { kind: 'on-exit', statuses: [] } });
    host.onChange = () => undefined;
    host.end(hello, { kind: 'signal', signal: 9 });
    await restart();
    await eventually('it runs', () => bench.stateOf('hello') === 'running');
    await restart();
    const { events } = bench.parts.events.list({ name: ROOT, from: { kind: 'after', seq: 0 } });
    const told = events.map(({ type }) => type);
    assert.equal(told.filter((type) => type === 'exited').length, 1);
    assert.equal(told.filter((type) => type === 'restarting').length, 1);
  });
});
