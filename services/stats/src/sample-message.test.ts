import { decode, encode } from '@albatross/shared/bus/codec';
import { sample, type NetSample, type Sample } from '@albatross/shared/contracts/stats';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeSample } from './sample-message.ts';
import { netOf, sampleOf } from './testing/sample-of.ts';

const count = fc.oneof(
  fc.nat({ max: 0x20 }),
  ...[0x7f, 0x80, 0xff, 0x100, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff].map(
    (near) => fc.constantFrom(near - 1, near, near + 1),
  ),
  fc.maxSafeNat(),
);
/** Nobody counts like that; what is made of it is the same nevertheless. */
const number = fc.oneof(count, fc.double(), fc.integer(), fc.constant(-0));
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ maxLength: 300 }),
);
const numbers = <Key extends string>(keys: readonly Key[]): fc.Arbitrary<Record<Key, number>> =>
  fc.tuple(...keys.map(() => number)).map((all) => {
    const pairs = keys.map((key, index) => [key, all[index] ?? 0] as const);
    return Object.fromEntries(pairs) as Record<Key, number>;
  });

const traffic = numbers(['bytes', 'packets', 'errors', 'dropped']);
const net: fc.Arbitrary<NetSample> = fc.record(
  {
    name: text,
    tap: text,
    mtu: number,
    flags: number,
    fromGuest: traffic,
    toGuest: traffic,
    multicastFromGuest: number,
    collisions: number,
  },
  { noNullPrototype: true },
);
const PROCESS = Object.keys(sampleOf('x').process) as (keyof Sample['process'])[];
const nullable = fc.option(number, { nil: null });
const process = fc
  .tuple(...PROCESS.map(() => nullable))
  .map((all) => Object.fromEntries(PROCESS.map((key, index) => [key, all[index] ?? null])));
const anySample = fc.record(
  {
    name: text,
    life: nullable,
    at: number,
    pid: number,
    startedAt: number,
    pageBytes: number,
    process,
    kvm: fc.option(fc.dictionary(text, number, { noNullPrototype: true }), { nil: null }),
    nets: fc.array(net, { maxLength: 20 }),
  },
  { noNullPrototype: true },
) as fc.Arbitrary<unknown> as fc.Arbitrary<Sample>;

describe('the message of a sample', () => {
  it('is, to the byte, what any object is encoded to', () => {
    fc.assert(
      fc.property(anySample, (one) => {
        assert.deepEqual(Buffer.from(encodeSample(one)), Buffer.from(encode(one)));
      }),
    );
  });

  it('tells the sample to whoever reads it', () => {
    const nets = [netOf('tap1', 1, 2 ** 40), netOf('tap2', 300, 70_000)];
    const one = sampleOf('foo:hello', { life: null, nets, kvm: { exits: 2 ** 50 } });
    assert.deepEqual(decode(sample, encodeSample(one), 'REPLY_INVALID'), one);
  });

  it('stays as it is when more are made, however large they are', () => {
    const all = Array.from({ length: 1000 }, (_, index) =>
      sampleOf(`u${index}`, {
        nets: Array.from({ length: index % 65 }, (_, n) => netOf(`tap${n}`, 2 ** 40, n)),
      }),
    );
    const large = sampleOf('large', {
      kvm: Object.fromEntries(all.map(({ name }) => [`${name}${'x'.repeat(100)}`, 1])),
    });
    const messages = [...all, large, ...all].map((one) => [encodeSample(one), one] as const);
    for (const [message, one] of messages)
      assert.ok(Buffer.from(message).equals(Buffer.from(encode(one))), one.name);
  });
});
