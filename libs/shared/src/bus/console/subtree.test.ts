import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConsoleEntry } from '../../contracts/console.ts';
import { eventually } from '../testing/asserts.ts';
import { ALL, ConsoleScene, shownLines } from '../testing/console-scene.ts';
import { line, lines } from '../testing/toy-console.ts';
import { CATCH_UPS_IN_FLIGHT } from './catch-up.ts';

const boot = (seq: number): ConsoleEntry => ({
  seq,
  at: seq * 1000,
  entry: { kind: 'boot', life: seq },
});

/** Fails unless each of these consoles was shown once, in order and without gap. */
function assertShown(
  scene: ConsoleScene,
  expected: Readonly<Record<string, readonly [from: number, to: number]>>,
): void {
  for (const [name, [from, to]] of Object.entries(expected))
    assert.deepEqual(scene.reader.of(name), shownLines(from, to, name), name);
  const names = new Set(scene.shown.map((text) => text.split(' ')[0] ?? ''));
  assert.deepEqual(names, new Set(Object.keys(expected)));
}

/** Of more consoles than fit a page. */
const five = (to: number): Record<string, ConsoleEntry[]> =>
  Object.fromEntries(['a', 'b', 'c', 'd:e', 'f'].map((label) => [`foo:${label}`, lines(1, to)]));

describe('the history of the consoles below a path', () => {
  it('is that of each, and of no other', async () => {
    await using scene = await ConsoleScene.set({
      ...five(4),
      'bar:a': lines(1, 4),
      hello: lines(1, 4),
    });
    scene.toy.of('foo:c').isActive = false;
    await scene.history('foo:', { kind: 'count', count: 3 });
    const [from, to] = [2, 4];
    assertShown(scene, {
      'foo:a': [from, to],
      'foo:b': [from, to],
      'foo:c': [from, to],
      'foo:d:e': [from, to],
      'foo:f': [from, to],
    });
    assert.equal(scene.nothing, 0);
  });

  it('is shown by time, those of each in order though its clock was set back', async () => {
    await using scene = await ConsoleScene.set({
      'foo:a': [line(1, 10), line(2, 40), line(3, 20), line(4, 50)],
      'foo:b': [line(1, 15), line(2, 30), line(3, 45), line(4, 46), line(5, 60)],
    });
    await scene.history('foo:', ALL);
    const expected = ['a 1', 'b 1', 'b 2', 'a 2', 'a 3', 'b 3', 'b 4', 'a 4', 'b 5'];
    assert.deepEqual(
      scene.shown,
      expected.map((one) => `foo:${one} line ${one.slice(2)}`),
    );
  });

  it('begins at a time, of those that printed since', async () => {
    await using scene = await ConsoleScene.set({ 'foo:a': lines(1, 5), 'foo:b': lines(1, 3) });
    await scene.history('foo:', { kind: 'since', at: 4000 });
    assertShown(scene, { 'foo:a': [4, 5] });
    assert.equal(scene.toy.asked.length, 1);
  });

  it('ends although they print faster than they can be read', async () => {
    await using scene = await ConsoleScene.set(five(6));
    scene.toy.beforeAnswer = ({ name }) => void scene.toy.of(name).printUntold(10);
    await scene.history('foo:', ALL);
    assert.ok(scene.shown.length < 5 * 40, String(scene.shown.length));
  });

  it('may be empty, which is said', async () => {
    await using scene = await ConsoleScene.set({ 'bar:a': lines(1, 2) });
    await scene.history('foo:', ALL);
    assert.deepEqual([scene.shown, scene.nothing], [[], 1]);
  });

  it('goes on without a console that is forgotten meanwhile', async () => {
    await using scene = await ConsoleScene.set(five(5));
    scene.toy.beforeAnswer = ({ name, from }) => {
      if (name === 'foo:b' || (name === 'foo:a' && from.kind === 'after')) scene.toy.forget(name);
    };
    await scene.history('foo:', ALL);
    assertShown(scene, {
      'foo:a': [1, 3],
      'foo:c': [1, 5],
      'foo:d:e': [1, 5],
      'foo:f': [1, 5],
    });
  });
});

describe('following the consoles below a path', () => {
  it('shows the history of those that run, and then what any prints', async () => {
    await using scene = await ConsoleScene.set(five(4));
    scene.toy.of('foo:b').isActive = false;
    void scene.follow('foo:', { kind: 'count', count: 1 });
    await eventually('the history is shown', () => scene.shown.length === 4);
    scene.toy.of('foo:a').print(2);
    scene.toy.of('bar:a').print();
    const back = scene.toy.of('foo:b');
    back.entries.push(boot(5));
    back.tell([boot(5)]);
    back.print();
    await scene.untilShown('foo:b 6 line 6');
    await scene.untilShown('foo:a 6 line 6');
    assert.deepEqual(scene.reader.of('foo:b'), ['foo:b 5 boot', 'foo:b 6 line 6']);
    assert.deepEqual(scene.reader.of('foo:a'), shownLines(4, 6, 'foo:a'));
    assert.deepEqual(scene.reader.of('bar:a'), []);
  });

  it('shows one that is new from its beginning, whatever of it was told', async () => {
    await using scene = await ConsoleScene.set(five(1));
    void scene.follow('foo:', ALL);
    await eventually('the history is shown', () => scene.shown.length === 5);
    scene.toy.of('foo:new').printUntold(4);
    scene.toy.of('foo:new').print();
    scene.toy.of('foo:sub:new').print(2);
    await scene.untilShown('foo:new 5 line 5');
    await scene.untilShown('foo:sub:new 2 line 2');
    assert.deepEqual(scene.reader.of('foo:new'), shownLines(1, 5, 'foo:new'));
    assert.deepEqual(scene.reader.of('foo:sub:new'), shownLines(1, 2, 'foo:sub:new'));
  });

  it('waits when there is nothing yet', async () => {
    await using scene = await ConsoleScene.set();
    void scene.follow('foo:', ALL);
    await eventually('it waits', () => scene.nothing === 1);
    scene.toy.of('foo:a').print(3);
    await scene.untilShown('foo:a 3 line 3');
    assertShown(scene, { 'foo:a': [1, 3] });
  });

  it('shows what is printed while the histories are asked for, once', async () => {
    await using scene = await ConsoleScene.set(five(4));
    scene.toy.beforeAnswer = ({ name }) => scene.toy.of(name).print();
    void scene.follow('foo:', ALL);
    await eventually('the histories are shown', () => scene.shown.length >= 5 * 4);
    scene.toy.beforeAnswer = () => undefined;
    const names = Object.keys(five(1));
    for (const name of names) scene.toy.of(name).print();
    const expected = Object.fromEntries(
      names.map((name) => [name, [1, scene.toy.of(name).newest] as const]),
    );
    for (const [name, [, to]] of Object.entries(expected))
      await scene.untilShown(`${name} ${to} line ${to}`);
    assertShown(scene, expected);
  });

  it('shows nothing twice that it is told again, and does not ask for it', async () => {
    await using scene = await ConsoleScene.set(five(3));
    void scene.follow('foo:', ALL);
    await eventually('the history is shown', () => scene.shown.length === 15);
    scene.toy.of('foo:a').print();
    await scene.untilShown('foo:a 4 line 4');
    const asked = scene.toy.asked.length;
    for (const name of Object.keys(five(1))) scene.toy.of(name).tell(lines(1, 3));
    scene.toy.of('foo:a').print();
    await scene.untilShown('foo:a 5 line 5');
    assert.equal(scene.toy.asked.length, asked);
    assert.equal(scene.shown.length, 17);
  });

  it('asks for a few histories at a time, and lets none wait for one that prints without end', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `foo:${index}`);
    await using scene = await ConsoleScene.set(
      Object.fromEntries(names.map((name) => [name, lines(1, 1)])),
    );
    void scene.follow('foo:', ALL);
    await eventually('the history is shown', () => scene.shown.length === names.length);
    scene.toy.beforeAnswer = async ({ name }) => {
      if (name === 'foo:0') scene.toy.of(name).print(10);
      await new Promise((resolve) => setImmediate(resolve));
    };
    for (const name of names) {
      scene.toy.of(name).printUntold(20);
      scene.toy.of(name).print();
    }
    for (const name of names.slice(1)) await scene.untilShown(`${name} 22 line 22`);
    assert.equal(scene.toy.answeringMost <= CATCH_UPS_IN_FLIGHT, true);
    scene.toy.beforeAnswer = () => undefined;
    const { newest } = scene.toy.of('foo:0');
    await scene.untilShown(`foo:0 ${newest} line ${newest}`);
    assertShown(
      scene,
      Object.fromEntries(names.map((name) => [name, [1, scene.toy.of(name).newest] as const])),
    );
  });

  it('shows a gap for each that a slow reader is too slow for, and keeps nothing for it', async () => {
    await using scene = await ConsoleScene.set({ 'foo:a': lines(1, 1), 'foo:b': lines(1, 1) });
    void scene.follow('foo:', ALL);
    await eventually('the history is shown', () => scene.shown.length === 2);
    scene.reader.takes = 0;
    const asked = scene.toy.asked.length;
    for (const name of ['foo:a', 'foo:b']) {
      const history = scene.toy.of(name);
      for (let count = 0; count < 50; count += 1) history.print(20);
      history.entries = history.entries.slice(-5);
    }
    // What it is told last it has heard of when it has heard of something behind it.
    scene.toy.of('foo:c').print();
    await scene.restartBus();
    assert.deepEqual([scene.shown.length, scene.toy.asked.length], [2, asked]);
    scene.reader.read();
    for (const name of ['foo:a', 'foo:b']) await scene.untilShown(`${name} 1001 line 1001`);
    for (const name of ['foo:a', 'foo:b'])
      assert.deepEqual(scene.reader.of(name), [
        `${name} 1 line 1`,
        `${name} gap: 995 older entries are not kept any more`,
        ...shownLines(997, 1001, name),
      ]);
    assert.ok(scene.toy.asked.length < asked + 10, String(scene.toy.asked.length));
  });
});

describe('following the consoles below a path, when something dies,', () => {
  it('shows everything once the bus is back, new consoles included', async () => {
    await using scene = await ConsoleScene.set(five(2));
    void scene.follow('foo:', { kind: 'count', count: 0 });
    await eventually('it has begun', () => {
      if (scene.toy.asked.length >= 5 && scene.shown.length === 0) scene.toy.of('foo:a').print();
      return scene.shown.length > 0;
    });
    const begun = scene.toy.of('foo:a').newest;
    await scene.restartBus(() => {
      for (const name of ['foo:a', 'foo:b', 'foo:new']) scene.toy.of(name).print(7);
    });
    await scene.untilShown('foo:b 9 line 9');
    await scene.untilShown('foo:new 7 line 7');
    scene.toy.of('foo:c').print();
    await scene.untilShown('foo:c 3 line 3');
    await scene.untilShown(`foo:a ${begun + 7} line ${begun + 7}`);
    const first = begun + 8 - scene.reader.of('foo:a').length;
    assertShown(scene, {
      'foo:a': [first, begun + 7],
      'foo:b': [3, 9],
      'foo:c': [3, 3],
      'foo:new': [1, 7],
    });
  });

  it('shows everything once the console service is back, whether or not it tells of it', async () => {
    for (const isTold of [true, false]) {
      await using scene = await ConsoleScene.set(five(2));
      void scene.follow('foo:', ALL, isTold ? undefined : 50);
      await eventually('the history is shown', () => scene.shown.length === 10);
      await scene.stopConsole();
      for (const name of ['foo:a', 'foo:b', 'foo:new']) scene.toy.of(name).printUntold(9);
      await scene.startConsole();
      if (isTold) for (const name of ['foo:a', 'foo:b', 'foo:new']) scene.toy.of(name).print();
      const more = isTold ? 1 : 0;
      for (const name of ['foo:a', 'foo:b'])
        await scene.untilShown(`${name} ${11 + more} line ${11 + more}`);
      await scene.untilShown(`foo:new ${9 + more} line ${9 + more}`);
      assertShown(scene, {
        'foo:a': [1, 11 + more],
        'foo:b': [1, 11 + more],
        'foo:c': [1, 2],
        'foo:d:e': [1, 2],
        'foo:f': [1, 2],
        'foo:new': [1, 9 + more],
      });
    }
  });

  it('looks at a console that is only slow to end its line once, not again and again', async () => {
    await using scene = await ConsoleScene.set(five(2));
    void scene.follow('foo:', ALL, 20);
    await eventually('the history is shown', () => scene.shown.length === 10);
    const asked = scene.toy.asked.length;
    scene.toy.of('foo:a').heardAt = 9_000_000;
    await eventually('it asked', () => scene.toy.asked.length === asked + 1);
    const { listed } = scene.toy;
    await eventually('it looked more often', () => scene.toy.listed > listed + 6);
    assert.equal(scene.toy.asked.length, asked + 1);
  });
});
