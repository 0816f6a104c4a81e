import { eventually } from '@albatross/shared/bus/testing/asserts';
import { Failure } from '@albatross/shared/contracts/failures';
import { checkJson } from '@albatross/test/harness/json/check-json';
import type { Bus } from '@albatross/shared/bus/bus';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { noPseudoTerminal, PseudoTerminal } from '../testing/pseudo-terminal.ts';
import { RealClient } from '../testing/real-client.ts';
import { sampleOf, ToyStats } from '../testing/toy-stats.ts';
import { ENTER, LEAVE } from '../top-frame.ts';

/** A client, and a statistics service that samples often. */
class Scene implements AsyncDisposable {
  readonly client: RealClient;
  readonly toy: ToyStats;
  readonly #bus: Bus;

  private constructor(client: RealClient, toy: ToyStats, bus: Bus) {
    this.client = client;
    this.toy = toy;
    this.#bus = bus;
  }

  static async set(): Promise<Scene> {
    const client = await RealClient.start();
    const bus = await client.server.connect('stats');
    const samples = Array.from({ length: 30 }, (_, n) => sampleOf(`foo:n${n + 10}`, Date.now()));
    const toy = await ToyStats.start(bus, samples);
    toy.intervalMs = 200;
    return new Scene(client, toy, bus);
  }

  top(env: Readonly<Record<string, string>> = {}): PseudoTerminal {
    return PseudoTerminal.start(this.client.words('top', '--name', 'foo:'), env);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#bus[Symbol.asyncDispose]();
    await this.client[Symbol.asyncDispose]();
  }
}

describe('top for programs', () => {
  it('prints an object for each refresh, on a terminal too', async () => {
    await using scene = await Scene.set();
    const { status, lines, stderr } = await scene.client.run('top', '--count', '2', '--json');
    assert.deepEqual([status, stderr], [0, '']);
    assert.equal(lines.length, 2);
    const [first] = checkJson('top', lines.join('\n')) as { unikernels: { rates: object }[] }[];
    assert.equal(first?.unikernels.length, 30);
    const rates = { toGuest: null, fromGuest: null, read: null, written: null };
    assert.deepEqual(first?.unikernels[0]?.rates, rates);
  });
});

describe('top where there is no terminal', () => {
  it('prints plain lines at every refresh, and ends after as many as it is told', async () => {
    await using scene = await Scene.set();
    const { status, lines, stderr } = await scene.client.run('top', '--count', '2');
    assert.deepEqual([status, stderr], [0, '']);
    assert.equal(lines.filter((line) => line.startsWith('albatross top ')).length, 2);
    assert.equal(lines.filter((line) => line.startsWith('foo:n')).length, 60);
    assert.ok(lines.every((line) => /^[\x20-\x7e]*$/.test(line)));
  });

  it('ends when nobody reads it any more, and on a signal', async () => {
    await using scene = await Scene.set();
    const unread = scene.client.begin('top');
    await eventually('it prints', () => unread.stdout !== '', 30_000);
    unread.stopReading();
    assert.equal((await unread.end()).status, 0);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      const running = scene.client.begin('top');
      await eventually('it prints', () => running.stdout !== '', 30_000);
      running.kill(signal);
      assert.equal((await running.end()).status, 0, signal);
    }
  });

  it('says that there is no data while the bus is away', async () => {
    await using scene = await Scene.set();
    const running = scene.client.begin('top');
    await eventually('it prints', () => running.stdout !== '', 30_000);
    await scene.client.server.kill();
    await eventually('it says so', () => /^no data since \d\d:\d\d:\d\dZ: /m.test(running.stdout));
    await scene.client.server.resume();
    const before = running.stdout.length;
    await eventually('it goes on', () => running.stdout.slice(before).includes('albatross top'));
    running.kill('SIGTERM');
    assert.equal((await running.end()).status, 0);
  });
});

describe('top on a terminal', () => {
  const absent = noPseudoTerminal();
  let scene: Scene;

  before(async () => {
    scene = await Scene.set();
  });
  after(async () => await scene[Symbol.asyncDispose]());

  /** Everything that it did to the terminal is undone. */
  async function assertGivenBack(terminal: PseudoTerminal, status = 0): Promise<void> {
    assert.deepEqual(await terminal.end(), { status, isRestored: true });
    const { output } = terminal;
    assert.equal(output.split(ENTER).length, output.split(LEAVE).length);
    assert.ok(output.lastIndexOf(LEAVE) > output.lastIndexOf('\x1b[H'));
  }

  for (const [how, leave] of [
    ['q', (terminal: PseudoTerminal) => terminal.type('q')],
    ['Ctrl-C', (terminal: PseudoTerminal) => terminal.type('\x03')],
    ['SIGTERM', (terminal: PseudoTerminal) => terminal.kill('SIGTERM')],
    ['SIGHUP', (terminal: PseudoTerminal) => terminal.kill('SIGHUP')],
    ['SIGINT', (terminal: PseudoTerminal) => terminal.kill('SIGINT')],
  ] as const)
    it(`gives it back on ${how}`, async (t) => {
      if (absent !== false) return t.skip(absent);
      await using terminal = scene.top();
      await terminal.until('1-15 of 30');
      leave(terminal);
      await assertGivenBack(terminal);
    });

  it('gives it back after the last refresh', async (t) => {
    if (absent !== false) return t.skip(absent);
    const words = scene.client.words('top', '--count', '3');
    await using terminal = PseudoTerminal.start(words, {});
    await assertGivenBack(terminal);
    // Where that takes longer than a second, the clock is drawn between refreshes, too.
    assert.ok(terminal.output.split('\x1b[H').length - 1 >= 3);
  });

  it('gives it back before it says what went wrong', async (t) => {
    if (absent !== false) return t.skip(absent);
    await using own = await Scene.set();
    await using terminal = own.top();
    await terminal.until('1-15 of 30');
    own.toy.beforeAnswer = () => {
      throw new Failure('REQUEST_INVALID', 'never');
    };
    await assertGivenBack(terminal, 117);
    const [, told = ''] = terminal.output.split(LEAVE);
    assert.ok(told.startsWith('\x1b[31mnever\x1b[39m [REQUEST_INVALID]\r\n'), told);
  });

  it('does not take it when there is nothing to show', async (t) => {
    if (absent !== false) return t.skip(absent);
    await using alone = await RealClient.start();
    await using terminal = PseudoTerminal.start(alone.words('top', '--color', 'never'), {});
    assert.deepEqual(await terminal.end(), { status: 122, isRestored: true });
    assert.ok(!terminal.output.includes('\x1b'));
  });

  it('sorts, scrolls, and follows its size', async (t) => {
    if (absent !== false) return t.skip(absent);
    await using terminal = scene.top();
    await terminal.until('1-15 of 30');
    terminal.type('t');
    await terminal.until('  by name  ');
    terminal.type('r');
    await terminal.until('  by name, reversed  ');
    terminal.type('\x1b[6~');
    await terminal.until('16-30 of 30');
    terminal.type('\x1b[A');
    await terminal.until('15-29 of 30');
    const before = terminal.output.length;
    terminal.resize(40, 10);
    await terminal.until('15-19 of 30', before);
    const frame = terminal.output.slice(before).split('\x1b[H').at(-1) ?? '';
    assert.ok(frame.split('\r\n').length <= 10);
    terminal.type('q');
    await assertGivenBack(terminal);
  });

  it('has no colours when they are not wanted', async (t) => {
    if (absent !== false) return t.skip(absent);
    const looks = ['\x1b[7m', '\x1b[2m'];
    for (const [env, count] of [
      [{}, 2],
      [{ NO_COLOR: '1' }, 0],
    ] as const) {
      await using terminal = scene.top(env);
      await terminal.until('1-15 of 30');
      terminal.type('q');
      await assertGivenBack(terminal);
      assert.equal(looks.filter((look) => terminal.output.includes(look)).length, count);
    }
  });

  for (const [how, stop] of [
    ['it was stopped and goes on', 'SIGSTOP'],
    ['Ctrl-Z found no shell to go back to', null],
  ] as const)
    it(`takes it again when ${how}`, async (t) => {
      if (absent !== false) return t.skip(absent);
      await using terminal = scene.top();
      await terminal.until('1-15 of 30');
      const before = terminal.output.length;
      if (stop === null) terminal.type('\x1a');
      else {
        terminal.kill(stop);
        terminal.kill('SIGCONT');
      }
      await terminal.until(ENTER, before);
      await terminal.until('1-15 of 30', before);
      terminal.type('q');
      await assertGivenBack(terminal);
    });

  it('prints lines on one that can do nothing else', async (t) => {
    if (absent !== false) return t.skip(absent);
    const words = scene.client.words('top', '--count', '1');
    await using terminal = PseudoTerminal.start(words, { TERM: 'dumb' });
    assert.deepEqual(await terminal.end(), { status: 0, isRestored: true });
    assert.ok(terminal.output.includes('foo:n39') && !terminal.output.includes('\x1b'));
  });
});
