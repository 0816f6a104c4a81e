import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Failure } from '../../contracts/failures.ts';
import { deferred } from '../deferred.ts';
import { eventually, failureCode } from '../testing/asserts.ts';
import { ALL, ConsoleScene, shownLines } from '../testing/console-scene.ts';
import { line, lines } from '../testing/toy-console.ts';
import { ToyReader } from '../testing/toy-reader.ts';

describe('the history of a console', () => {
  it('is shown once and in order, page by page', async () => {
    await using scene = await ConsoleScene.set({ hello: lines(1, 10) });
    await scene.history('hello', ALL);
    assert.deepEqual(scene.shown, shownLines(1, 10));
  });

  it('begins where it is asked to', async () => {
    await using scene = await ConsoleScene.set({ hello: lines(1, 10) });
    for (const [from, first] of [
      [{ kind: 'count', count: 4 }, 7],
      [{ kind: 'since', at: 9_000 }, 9],
      [{ kind: 'count', count: 0 }, 11],
      [{ kind: 'since', at: 999_000 }, 11],
    ] as const) {
      const reader = new ToyReader();
      await scene.history('hello', from, reader);
      assert.deepEqual(reader.shown, shownLines(first, 10));
    }
  });

  it('ends although the unikernel prints faster than it can be read', async () => {
    await using scene = await ConsoleScene.set({ hello: lines(1, 10) });
    scene.toy.beforeAnswer = () => void scene.toy.of('hello').printUntold(10);
    await scene.history('hello', ALL);
    const count = scene.shown.length;
    assert.ok(count >= 10 && count < 40, String(count));
    assert.deepEqual(scene.shown, shownLines(1, count));
  });

  it('fails when nothing was ever printed', async () => {
    await using scene = await ConsoleScene.set();
    for (const from of [ALL, { kind: 'count', count: 0 }, { kind: 'since', at: 0 }] as const)
      assert.equal(await failureCode(scene.history('hello', from)), 'CONSOLE_NOT_FOUND');
  });

  it('is asked for no faster than it is read', async () => {
    await using scene = await ConsoleScene.set({ hello: lines(1, 30) });
    scene.reader.takes = 4;
    const history = scene.history('hello', ALL);
    await eventually('it is full', () => scene.reader.isFull);
    scene.reader.read(4);
    await eventually('it is full again', () => scene.reader.isFull);
    assert.ok(scene.toy.asked.length <= 5, String(scene.toy.asked.length));
    scene.reader.read();
    await history;
    assert.deepEqual(scene.shown, shownLines(1, 30));
  });
});

describe('following a console', () => {
  it('shows the history and then what is printed', async () => {
    await using scene = await ConsoleScene.set({ hello: lines(1, 4) });
    void scene.follow('hello', { kind: 'count', count: 2 });
    await scene.untilShown('4 line 4');
    scene.toy.of('hello').print();
    scene.toy.of('hello').print(2);
    await scene.untilShown('7 line 7');
    assert.deepEqual(scene.shown, shownLines(3, 7));
  });

  it('shows what is printed while the history is asked for, once', async () => {
    await using scene = await ConsoleScene.set({ hello: lines(1, 8) });
    const hello = scene.toy.of('hello');
    scene.toy.beforeAnswer = () => hello.print();
    void scene.follow('hello', ALL);
    await eventually('the history is shown', () => scene.shown.length >= 8);
    scene.toy.beforeAnswer = () => undefined;
    hello.print();
    await scene.untilShown(`${hello.newest} line ${hello.newest}`);
    assert.deepEqual(scene.shown, shownLines(1, hello.newest));
  });

  it('shows nothing twice that it is told again', async () => {
    await using scene = await ConsoleScene.set({ hello: lines(1, 4) });
    const hello = scene.toy.of('hello');
    void scene.follow('hello', ALL);
    await scene.untilShown('4 line 4');
    hello.tell(lines(1, 4));
    hello.tell([line(4), ...hello.printUntold()]);
    hello.tell([line(5)]);
    hello.print();
    await scene.untilShown('6 line 6');
    assert.deepEqual(scene.shown, shownLines(1, 6));
  });

  it('fills a step in the numbers from the history', async () => {
    await using scene = await ConsoleScene.set({ hello: lines(1, 2) });
    void scene.follow('hello', ALL);
    await scene.untilShown('2 line 2');
    scene.toy.of('hello').printUntold(10);
    scene.toy.of('hello').print();
    await scene.untilShown('13 line 13');
    assert.deepEqual(scene.shown, shownLines(1, 13));
  });

  it('says how many entries are not kept any more', async () => {
    await using scene = await ConsoleScene.set({ hello: lines(1, 2) });
    const hello = scene.toy.of('hello');
    void scene.follow('hello', ALL);
    await scene.untilShown('2 line 2');
    hello.printUntold(10);
    hello.entries = hello.entries.slice(-3);
    hello.print();
    await scene.untilShown('13 line 13');
    const gap = 'gap: 7 older entries are not kept any more';
    assert.deepEqual(scene.shown, [...shownLines(1, 2), gap, ...shownLines(10, 13)]);
  });

  it('goes on when the bus was away, and misses nothing', async () => {
    await using scene = await ConsoleScene.set({ hello: lines(1, 2) });
    const hello = scene.toy.of('hello');
    void scene.follow('hello', ALL);
    await scene.untilShown('2 line 2');
    await scene.restartBus(() => hello.print(5));
    await scene.untilShown('7 line 7');
    hello.print();
    await scene.untilShown('8 line 8');
    assert.deepEqual(scene.shown, shownLines(1, 8));
  });

  it('waits for a unikernel that never printed, and misses nothing of it', async () => {
    await using scene = await ConsoleScene.set();
    void scene.follow('hello', { kind: 'count', count: 0 });
    await eventually('it waits', () => scene.nothing === 1);
    scene.toy.of('hello').printUntold(2);
    scene.toy.of('hello').print();
    await scene.untilShown('3 line 3');
    assert.deepEqual(scene.shown, shownLines(1, 3));
  });

  it('of nothing but what is new shows nothing old, even when the bus was away', async () => {
    for (const from of [
      { kind: 'count', count: 0 },
      { kind: 'since', at: 5_001 },
      { kind: 'since', at: 999_000 },
    ] as const) {
      await using scene = await ConsoleScene.set({ hello: lines(1, 5) });
      const hello = scene.toy.of('hello');
      void scene.follow('hello', from);
      await eventually('it has begun', () => {
        if (scene.toy.asked.length > 0 && scene.shown.length === 0) hello.print();
        return scene.shown.length > 0;
      });
      await scene.restartBus(() => hello.print(2));
      await scene.untilShown(`${hello.newest} line ${hello.newest}`);
      const first = hello.newest - scene.shown.length + 1;
      assert.ok(first > 5, String(first));
      assert.deepEqual(scene.shown, shownLines(first, hello.newest));
    }
  });

  it('shows no more than was asked for when the bus goes away before the history is there', async () => {
    await using scene = await ConsoleScene.set({ hello: lines(1, 9) });
    const answered = deferred();
    scene.toy.beforeAnswer = () => answered.promise;
    void scene.follow('hello', { kind: 'count', count: 2 });
    await eventually('it asks', () => scene.toy.asked.length === 1);
    await scene.restartBus();
    answered.resolve();
    await scene.untilShown('9 line 9');
    scene.toy.of('hello').print();
    await scene.untilShown('10 line 10');
    assert.deepEqual(scene.shown, shownLines(8, 10));
  });

  it('shows the last that nobody told of, when it looks', async () => {
    await using scene = await ConsoleScene.set({ hello: lines(1, 2) });
    void scene.follow('hello', ALL, 50);
    await scene.untilShown('2 line 2');
    scene.toy.of('hello').printUntold(5);
    await scene.untilShown('7 line 7');
    assert.deepEqual(scene.shown, shownLines(1, 7));
  });

  it('shows a console from its beginning that was forgotten and begun anew', async () => {
    for (const isTold of [true, false]) {
      await using scene = await ConsoleScene.set({ hello: lines(1, 5) });
      void scene.follow('hello', ALL, isTold ? undefined : 50);
      await scene.untilShown('5 line 5');
      const anew = [1, 2, 3].map((seq) => line(seq, 9000 + seq));
      scene.toy.of('hello', anew);
      if (isTold) scene.toy.of('hello').tell(anew.slice(-1));
      await eventually('it is shown', () => scene.shown.length >= 8);
      assert.deepEqual(scene.shown, [...shownLines(1, 5), ...shownLines(1, 3)]);
    }
  });

  it('ends at once when told to, whatever it is waiting for', async () => {
    await using scene = await ConsoleScene.set({ hello: lines(1, 5) });
    const never = deferred();
    scene.toy.beforeAnswer = () => never.promise;
    void scene.follow('hello', ALL);
    await eventually('it asks', () => scene.toy.asked.length === 1);
    await scene.stop();
    never.resolve();
    assert.deepEqual(scene.shown, []);
  });

  it('ends in the midst of a history that never ends', async () => {
    await using scene = await ConsoleScene.set({ hello: lines(1, 5) });
    void scene.follow('hello', ALL);
    await scene.untilShown('5 line 5');
    scene.toy.beforeAnswer = () => void scene.toy.of('hello').printUntold(10);
    scene.toy.of('hello').printUntold();
    scene.toy.of('hello').print();
    await eventually('it catches up', () => scene.shown.length > 30);
    await scene.stop();
    const count = scene.shown.length;
    const asked = scene.toy.asked.length;
    await eventually('the last answer came', () => scene.toy.asked.length <= asked + 1);
    assert.equal(scene.shown.length, count);
    assert.deepEqual(scene.shown, shownLines(1, count));
  });

  it('fails as the history does', async () => {
    await using scene = await ConsoleScene.set({ hello: lines(1, 5) });
    scene.toy.beforeAnswer = () => {
      throw new Failure('BUSY', 'another time');
    };
    assert.equal(await failureCode(scene.follow('hello', ALL)), 'BUSY');
  });

  it('fails later only when a failure does not pass by itself', async () => {
    await using scene = await ConsoleScene.set({ hello: lines(1, 5) });
    const following = scene.follow('hello', ALL);
    await scene.untilShown('5 line 5');
    const failures = [new Failure('BUSY', 'another time')];
    scene.toy.beforeAnswer = () => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
    };
    scene.toy.of('hello').printUntold();
    scene.toy.of('hello').print();
    await scene.untilShown('7 line 7');
    scene.toy.beforeAnswer = () => {
      throw new Failure('REQUEST_INVALID', 'it is too old');
    };
    scene.toy.of('hello').tell([line(99)]);
    assert.equal(await failureCode(following), 'REQUEST_INVALID');
  });
});
