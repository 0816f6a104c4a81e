import type { Name } from '@albatross/shared/domain/name';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { decodeState, encodeState, type StateEntry, type WireState } from './state-file.ts';
import * as arbitrary from './testing/arbitrary-state.ts';
import { assertRefused, readOrRefuse } from './testing/asserts.ts';
import { hex } from './testing/hex.ts';
import { OLDER_STATES, STATE } from './testing/states.ts';
import { WireError } from './wire-error.ts';

/** Far more than any of these takes, far less than a hang. */
const timeout = 60_000;

const written = new Uint8Array(readFileSync(new URL('../vectors/state', import.meta.url)));

function values<T>(entries: readonly StateEntry<T>[]): { name: Name; value: T }[] {
  return entries.map((entry) => {
    assert.ok(entry.kind === 'read', `${entry.name} is ${entry.kind}`);
    return { name: entry.name, value: entry.value };
  });
}

/** What `encodeState` takes. */
function readable({ unikernels, policies }: WireState): Parameters<typeof encodeState>[0] {
  return { unikernels: values(unikernels), policies: values(policies) };
}

describe('a state file', () => {
  it('of the original is read, and written again byte for byte', () => {
    for (const bytes of [written, hex(STATE), hex('a606300430003000')])
      assert.deepEqual(encodeState(readable(decodeState(bytes))), bytes);
  });

  it('of the original holds what its own tool shows', () => {
    const { unikernels, policies } = decodeState(written);
    const shown = values(unikernels).map(({ name, value }) => {
      const { image, ...rest } = value;
      return { name, imageBytes: image.length, ...rest };
    });
    const plain = { typ: 'solo5', addName: false, cpuids: [0], memory: 32, vcpus: 1 };
    const none = { startup: null, blocks: [], nets: [], arguments: ['hang'], linuxBoot: null };
    assert.deepEqual(shown, [
      {
        name: 'hello',
        imageBytes: 541,
        ...plain,
        compressed: true,
        startup: 10,
        fail: { kind: 'restart', codes: [1, 2] },
        cpuids: [0, 1],
        memory: 64,
        blocks: [{ name: 'storage', device: 'with-data', sectorSize: 512 }],
        nets: [{ name: 'service', bridge: 'service', mac: '02:00:00:00:00:2a' }],
        arguments: ['args', 'tick=500'],
        vcpus: 2,
        linuxBoot: 'msdos1',
      },
      {
        name: 'tenant:packed',
        imageBytes: 522,
        ...plain,
        ...none,
        compressed: true,
        fail: { kind: 'quit' },
      },
      {
        name: 'tenant:persist',
        imageBytes: 1392,
        ...plain,
        ...none,
        compressed: false,
        fail: { kind: 'restart', codes: [] },
      },
    ]);
    const small = { cpuids: [0], unikernels: 4n, memory: 256, block: null, bridges: [] };
    assert.deepEqual(values(policies), [
      {
        name: ':',
        value: {
          cpuids: [0, 1],
          unikernels: 2n ** 62n - 1n,
          memory: 24_150,
          block: 258_019,
          bridges: ['service'],
        },
      },
      { name: 'badbridge:', value: { ...small, memory: 64, bridges: ['nobridge'] } },
      { name: 'badcpu:', value: { ...small, cpuids: [9] } },
      { name: 'nob:', value: small },
    ]);
  });

  it('has images that are views of it', () => {
    for (const { value } of values(decodeState(written).unikernels))
      assert.equal(value.image.buffer, written.buffer);
  });

  for (const { what, text, unikernels, policies } of OLDER_STATES)
    it(`of ${what} is read as the original reads it`, () => {
      const state = decodeState(hex(text));
      assert.deepEqual(values(state.unikernels), unikernels);
      assert.deepEqual(values(state.policies), policies);
    });

  it('is refused when it is anything else', () => {
    const refused: Readonly<Record<string, string>> = {
      // The reserved form, nothing, a member less, one more, something behind.
      a7020500: 'at byte 0: expected [0] or [1] or [2] or [3] or [4] or [5] or [6], found [7]',
      '': 'at byte 0: expected [0] or [1] or [2] or [3] or [4] or [5] or [6], found the end',
      a60430023000: 'at byte 6: expected SEQUENCE, found the end',
      a6083006300030003000: 'at byte 8: expected the end, found more bytes',
      a60630043000300000: 'at byte 8: expected the end, found more bytes',
      a302300000: 'at byte 4: expected the end, found more bytes',
      a60730053000300100: 'at byte 8: expected SEQUENCE, found the tag 0x00',
    };
    for (const [text, message] of Object.entries(refused))
      assertRefused(() => decodeState(hex(text)), message);
  });

  it('is refused at every length but the whole', { timeout }, () => {
    for (let length = 0; length < written.length; length += 1)
      assert.equal(readOrRefuse(written.subarray(0, length), decodeState), null, `${length} bytes`);
  });

  it('is refused with a name that is none, or twice the same', () => {
    const policy = '300d 3003020101 020100 020140 3000';
    assertRefused(
      () => decodeState(hex(`a6183016 3000 3012 3010 0c01 2f ${policy}`)),
      'at byte 10: expected name, found the label "/" has other characters than letters, digits, "-" and "."',
    );
    // The path a: and a unikernel a are one to the original.
    assertRefused(
      () =>
        decodeState(hex(`a630302e 3000 302a 3013 0c02 613a ${policy} 3013 0c02 3a41 ${policy}`)),
      'at byte 29: expected a new name, found a again',
    );
  });

  it('keeps all its other entries when one has what we cannot have', () => {
    const config = (memory: string, argument: string): string =>
      `a0020500 010100 0400 0101ff a0020500 3103020100 ${memory} a205 3003 0c01 ${argument} a303020101`;
    const items = [
      sequence(`0c0161 ${sequence(config('020120', 'ff'))}`),
      sequence(`0c0162 ${sequence(config('020820000000 00000000', '61'))}`),
      sequence(`0c81ca ${'63'.repeat(202)} ${sequence(config('020120', '61'))}`),
      sequence(`0c0164 ${sequence(config('020120', '61'))}`),
    ];
    const state = decodeState(hex(tagged('a6', sequence(sequence(items.join('')) + '3000'))));
    assert.deepEqual(
      state.unikernels.map((one) => (one.kind === 'read' ? one.name : [one.name, one.why])),
      [
        ['a', 'at byte 47: expected text in UTF-8, found other bytes'],
        ['b', 'at byte 83: expected INTEGER of at most 53 bits, found 2305843009213693952'],
        [null, 'at byte 108: expected name of at most 200 characters, found 202'],
        'd',
      ],
    );
  });

  it('that is written is read as it was', () => {
    fc.assert(
      fc.property(arbitrary.state, (state) => {
        const bytes = encodeState(state);
        assert.deepEqual(encodeState(readable(decodeState(bytes))), bytes);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a state file from an enemy', () => {
  const seeds = [written, hex(STATE), ...OLDER_STATES.map(({ text }) => hex(text))];
  const seed = fc.constantFrom(...seeds);
  const place = fc.nat({ max: 3000 });
  const byte = fc.integer({ min: 0, max: 255 });
  const mutations = {
    'with changed bytes': fc
      .tuple(seed, fc.array(fc.tuple(place, byte), { minLength: 1, maxLength: 8 }))
      .map(([bytes, changes]) => {
        const changed = bytes.slice();
        for (const [at, value] of changes) changed[at % changed.length] = value;
        return changed;
      }),
    'with bytes put in or taken out': fc
      .tuple(seed, place, fc.uint8Array({ maxLength: 8 }), fc.nat({ max: 8 }))
      .map(([bytes, at, more, fewer]) =>
        Uint8Array.from([...bytes.slice(0, at), ...more, ...bytes.slice(at + fewer)]),
      ),
    'spliced from two': fc
      .tuple(seed, seed, place, place)
      .map(([a, b, from, to]) => Uint8Array.from([...a.slice(0, from), ...b.slice(to)])),
    'of arbitrary bytes': fc.uint8Array({ maxLength: 300 }),
    'of arbitrary bytes behind a valid beginning': fc
      .tuple(seed, place, fc.uint8Array({ maxLength: 300 }))
      .map(([bytes, length, rest]) => Uint8Array.from([...bytes.slice(0, length), ...rest])),
  };
  for (const [what, arbitraryBytes] of Object.entries(mutations))
    it(`${what} is read or refused`, { timeout }, () => {
      fc.assert(
        fc.property(arbitraryBytes, (bytes) => {
          readOrRefuse(bytes, decodeState);
        }),
        { numRuns: 500 },
      );
    });

  it('of ten thousand levels goes no deeper than a state does', { timeout }, () => {
    let nested: Uint8Array = hex('3000');
    for (let level = 0; level < 10_000; level += 1)
      nested = Buffer.concat([Uint8Array.of(0x30, ...lengthOf(nested.length)), nested]);
    const bytes = Buffer.concat([Uint8Array.of(0xa6, ...lengthOf(nested.length)), nested]);
    assert.throws(() => decodeState(bytes), WireError);
  });
});

function sequence(content: string): string {
  return tagged('30', content);
}

function tagged(tag: string, content: string): string {
  const digits = content.replaceAll(' ', '');
  return `${tag}${Buffer.from(lengthOf(digits.length / 2)).toString('hex')}${digits}`;
}

function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff);
  return [0x80 | bytes.length, ...bytes];
}
