import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Heartbeats } from './heartbeats.ts';
import { anyMessage, domain, message, type Message } from './testing/told.ts';

/** One heartbeat in so many messages; each tells of one path, `p<sequence>.<part>:`. */
function inParts(parts: number, more: Partial<Message> = {}): readonly Message[] {
  const whole = message({ parts, ...more });
  return Array.from({ length: parts }, (_, index) => {
    const part = index + 1;
    return { ...whole, part, domains: [domain(`p${whole.sequence}.${part}:`)] };
  });
}

function after(...messages: readonly Message[]): Heartbeats {
  const heartbeats = new Heartbeats();
  for (const one of messages) heartbeats.take(one);
  return heartbeats;
}

const paths = (heartbeats: Heartbeats): readonly string[] => [...heartbeats.domains().keys()];
const sequences = (heartbeats: Heartbeats): readonly number[] =>
  heartbeats.newest().map(({ sequence }) => sequence);

describe('the heartbeats', () => {
  it('are the newest one of each process that was heard of', () => {
    const heartbeats = after(
      message({ process: 'console', figures: { gaps: 1 } }),
      message({ process: 'supervisor' }),
      message({ process: 'console', sequence: 2, figures: { gaps: 2 } }),
    );
    assert.deepEqual(
      heartbeats.newest().map(({ process, figures }) => ({ process, figures })),
      [
        { process: 'supervisor', figures: {} },
        { process: 'console', figures: { gaps: 2 } },
      ],
    );
    assert.deepEqual(new Heartbeats().newest(), []);
    assert.equal(new Heartbeats().domains().size, 0);
  });

  it('have an age, by a clock that is never set', () => {
    let clockMs = 1000;
    const heartbeats = new Heartbeats({ clockMs: () => clockMs });
    heartbeats.take(message());
    clockMs = 3500;
    assert.deepEqual(
      heartbeats.newest().map(({ ageMs }) => ageMs),
      [2500],
    );
  });

  it('count once all parts are there, in whatever order they come', () => {
    const [one, two, three] = inParts(3);
    assert.ok(one !== undefined && two !== undefined && three !== undefined);
    const heartbeats = after(three, one);
    assert.deepEqual(sequences(heartbeats), []);
    heartbeats.take(one);
    assert.deepEqual(sequences(heartbeats), []);
    heartbeats.take(two);
    assert.deepEqual(sequences(heartbeats), [1]);
    assert.deepEqual(paths(heartbeats), ['p1.1:', 'p1.2:', 'p1.3:']);
  });

  it('stand while a later one is incomplete, and are replaced by the one behind that', () => {
    const heartbeats = after(...inParts(2), ...inParts(2, { sequence: 2 }).slice(0, 1));
    assert.deepEqual(paths(heartbeats), ['p1.1:', 'p1.2:']);
    for (const part of inParts(2, { sequence: 3 })) heartbeats.take(part);
    assert.deepEqual(paths(heartbeats), ['p3.1:', 'p3.2:']);
    assert.deepEqual(sequences(heartbeats), [3]);
  });

  it('are not mixed: parts that come late belong to nothing any more', () => {
    const [early, late] = inParts(2);
    const [newer, newest] = inParts(2, { sequence: 2 });
    assert.ok(early !== undefined && late !== undefined);
    assert.ok(newer !== undefined && newest !== undefined);
    const heartbeats = after(early, newer, late);
    assert.deepEqual(sequences(heartbeats), []);
    heartbeats.take(newest);
    assert.deepEqual(paths(heartbeats), ['p2.1:', 'p2.2:']);
    for (const part of [early, late]) heartbeats.take(part);
    assert.deepEqual(paths(heartbeats), ['p2.1:', 'p2.2:']);
  });

  it('begin anew with a process that began anew', () => {
    const heartbeats = after(
      message({ sequence: 900 }),
      message({ sequence: 1, pid: 18, startedAt: 5 }),
    );
    assert.deepEqual(sequences(heartbeats), [1]);
  });

  it('of the supervisor alone tell of paths', () => {
    const heartbeats = after(...inParts(1), ...inParts(1, { process: 'console', sequence: 2 }));
    assert.deepEqual(paths(heartbeats), ['p1.1:']);
  });

  it('with a part that cannot be are not taken', () => {
    assert.deepEqual(sequences(after(message({ part: 2 }))), []);
    const [one] = inParts(2);
    assert.ok(one !== undefined);
    const heartbeats = after(one, { ...one, part: 2, parts: 3 }, { ...one, part: 3, parts: 2 });
    assert.deepEqual(sequences(heartbeats), []);
  });

  it('are whole, newest and undisturbed by others whatever comes in whatever order', () => {
    fc.assert(
      fc.property(
        fc.array(
          anyMessage.filter(({ process }) => process !== 'console'),
          { maxLength: 60 },
        ),
        (messages) => {
          const heartbeats = after(
            message({ process: 'console', figures: { gaps: 7 } }),
            ...messages,
          );
          const newest = heartbeats.newest();
          assert.equal(new Set(newest.map(({ process }) => process)).size, newest.length);
          const console = newest.find(({ process }) => process === 'console');
          assert.deepEqual(console?.figures, { gaps: 7 });
          for (const { ageMs, ...told } of newest) {
            assert.ok(ageMs >= 0);
            const { process, pid, startedAt, sequence } = told;
            const parts = [
              message({ process: 'console', figures: { gaps: 7 } }),
              ...messages,
            ].filter(
              (one) =>
                one.process === process &&
                one.pid === pid &&
                one.startedAt === startedAt &&
                one.sequence === sequence,
            );
            assert.ok(
              parts.some((one) => {
                const numbers = parts
                  .filter(({ parts }) => parts === one.parts)
                  .map(({ part }) => part);
                return Array.from({ length: one.parts }, (_, i) => i + 1).every((n) =>
                  numbers.includes(n),
                );
              }),
              'some part of it never came',
            );
          }
        },
      ),
    );
  });

  it('come whole out of parts in any order', () => {
    const order = fc.shuffledSubarray(inParts(16) as Message[], { minLength: 16 });
    fc.assert(
      fc.property(order, (parts) => {
        assert.deepEqual(
          paths(after(...parts)),
          inParts(16).flatMap(({ domains }) => domains.map(({ path }) => path)),
        );
      }),
    );
  });
});
