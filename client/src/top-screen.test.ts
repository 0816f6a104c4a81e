import type { Sample } from '@albatross/shared/contracts/stats';
import { unikernelName } from '@albatross/shared/domain/testing/arbitrary-name';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hostOf, netOf, sampleOf } from './testing/toy-stats.ts';
import { frameOf } from './top-frame.ts';
import { NOTHING_KNOWN, takeAnswer, takeFailure, takeSamples, type TopState } from './top-model.ts';
import { extentOf, plainLines, screenLines, type Size } from './top-screen.ts';
import { FIRST_VIEW, within } from './top-view.ts';

const NOW = Date.UTC(2026, 0, 31, 12, 0, 20);
const INTERVAL = 10_000;
const KIB = 1024;

const sizeOf = (columns: number, rows: number): Size => ({ columns, rows, isUnicode: true });

function taken(...samples: readonly Sample[]): TopState {
  const host = hostOf('foo:', NOW);
  return takeAnswer(NOTHING_KNOWN, { samples, intervalMs: INTERVAL, host, askedAt: NOW });
}

/** Two of them, with rates. */
function twoRows(): TopState {
  const at = (time: number, more: number): Sample[] => [
    sampleOf('foo:web', time, {
      startedAt: NOW - 3_600_000,
      nets: [netOf('x', more * KIB, more * 2 * KIB)],
      process: { cpuShare: 0.5 + more / 200, readBytes: null, writtenBytes: null },
    }),
    sampleOf('foo:dns', time, {
      startedAt: NOW - 60_000,
      pid: 4711,
      process: { cpuShare: 1, readBytes: null, writtenBytes: null },
    }),
  ];
  return takeSamples(taken(...at(NOW - INTERVAL, 0)), at(NOW, 100));
}

const textAt = (state: TopState, size: Size, now = NOW): readonly string[] =>
  screenLines(state, FIRST_VIEW, size, now).map(({ text }) => text.trimEnd());

describe('the screen', () => {
  it('has the machine, the path, and a line for each, those first that take most', () => {
    assert.deepEqual(textAt(twoRows(), sizeOf(100, 9)), [
      'albatross top  12:00:20Z  by cpu  every 10s',
      'load 0.50 0.25 0.13  CPUs 1.5 of 4 busy  memory 4.0 GiB of 16 GiB used  up 1d00h',
      '2 sampled below foo:: CPU 25.0%, memory 64 MiB  unikernels 3 of 9, granted 96 of 999 MiB',
      'NAME         PID     CPU  HISTORY                          MEMORY      IN/S     OUT/S   THR   UPTIME',
      'foo:dns     4711    100%                             ██    32 MiB         -         -     3    1m00s',
      'foo:web       42    100%                             ▅█    32 MiB    10 KiB    20 KiB     3    1h00m',
      '',
      '',
      '1-2 of 2  sort: c CPU, m memory, n network, t name, r reverse  scroll: arrows, PgUp, PgDn  q quit',
    ]);
  });

  it('leaves out what matters least where there is no room', () => {
    const heading = (columns: number): string =>
      (textAt(twoRows(), sizeOf(columns, 9))[3] ?? '').replaceAll(/ +/g, ' ');
    assert.equal(heading(80), 'NAME PID CPU HISTORY MEMORY IN/S OUT/S THR UPTIME');
    assert.equal(heading(65), 'NAME CPU HISTORY MEMORY IN/S OUT/S UPTIME');
    assert.equal(heading(50), 'NAME CPU MEMORY IN/S OUT/S');
    assert.equal(heading(30), 'NAME CPU MEMORY');
    assert.equal(heading(16), 'NAME CPU');
    assert.equal(heading(8), 'NAME');
  });

  it('rather leaves out than cuts a name that can be read, and of a longer one keeps the end', () => {
    const state = taken(sampleOf(`foo:${'x'.repeat(25)}:web`, NOW), sampleOf('a'.repeat(63), NOW));
    const [, , , heading = '', ...rows] = textAt(state, sizeOf(80, 9));
    assert.equal(heading.replaceAll(/ +/g, ' '), 'NAME CPU MEMORY IN/S OUT/S');
    assert.match(rows.join(' '), /…a{30,} /);
    assert.match(rows.join(' '), /foo:x{25}:web /);
    assert.match(textAt(state, sizeOf(40, 9))[4] ?? '', /^…a{11,} /);
  });

  it('has disks when something is known of them', () => {
    const wide = sizeOf(200, 20);
    assert.ok(!textAt(twoRows(), wide).join().includes('READ/S'));
    const [before, after] = [NOW - INTERVAL, NOW].map((at) => sampleOf('a', at, { startedAt: 5 }));
    assert.ok(before !== undefined && after !== undefined);
    assert.ok(
      textAt(takeSamples(taken(before), [after]), wide)
        .join()
        .includes('READ/S'),
    );
  });

  it('says that nothing is sampled', () => {
    assert.ok(textAt(taken(), sizeOf(80, 24)).includes('nothing is sampled'));
  });

  it('has no numbers of before as if they were of now', () => {
    const lines = screenLines(twoRows(), FIRST_VIEW, sizeOf(100, 9), NOW + 60_000);
    assert.deepEqual(lines[0], {
      text: 'no data since 12:00:20Z: nothing was sampled',
      look: 'warning',
    });
    assert.deepEqual(lines[4]?.text.split(/ +/), [
      'foo:dns',
      '-',
      '-',
      '██',
      '-',
      '-',
      '-',
      '-',
      '-',
    ]);
  });

  it('says why there is no data, whatever strangers put into it', () => {
    const state = takeFailure(twoRows(), 'a\u001b[2J\n\u202e\t語');
    assert.equal(
      screenLines(state, FIRST_VIEW, sizeOf(100, 9), NOW)[0]?.text,
      'no data since 12:00:20Z: a\\x1b[2J\\x0a\\u202e??',
    );
    assert.equal(textAt(takeFailure(NOTHING_KNOWN, 'x'), sizeOf(80, 3))[0], 'no data: x');
  });

  it('shows a part when there are more than lines', () => {
    const many = taken(...Array.from({ length: 50 }, (_, n) => sampleOf(`n${n + 10}`, NOW)));
    const size = sizeOf(80, 12);
    const extent = extentOf(many, size);
    assert.deepEqual(extent, { rows: 50, page: 7 });
    const view = within({ ...FIRST_VIEW, sort: 'name', offset: 99 }, extent);
    const lines = screenLines(many, view, size, NOW).map(({ text }) => text);
    assert.match(lines[4] ?? '', /^n53 /);
    assert.match(lines[10] ?? '', /^n59 /);
    assert.match(lines[11] ?? '', /^44-50 of 50 /);
  });

  it('fits every terminal', () => {
    const sample = fc
      .record({
        name: unikernelName,
        age: fc.nat(100_000),
        cpuShare: fc.double({ min: 0, max: 64, noNaN: true }),
        bytes: fc.maxSafeNat(),
      })
      .map(({ name, age, cpuShare, bytes }) =>
        sampleOf(name, NOW - age, {
          startedAt: 0,
          pid: 4_194_304,
          process: { cpuShare, rssBytes: bytes, threads: bytes, readBytes: bytes },
          nets: [netOf('x', bytes, 0)],
        }),
      );
    const samples = fc.array(sample, { maxLength: 30 });
    const size = fc.record({
      columns: fc.integer({ min: 1, max: 250 }),
      rows: fc.integer({ min: 1, max: 40 }),
      isUnicode: fc.boolean(),
    });
    const failure = fc.option(fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(samples, samples, size, failure, fc.nat(40), (first, then, size, why, offset) => {
        const known = takeSamples(taken(...first), then);
        const state = why === null ? known : takeFailure(known, why);
        const view = within({ ...FIRST_VIEW, offset }, extentOf(state, size));
        const lines = screenLines(state, view, size, NOW);
        assert.equal(lines.length, size.rows);
        for (const { text } of lines) {
          assert.ok(text.length <= size.columns, `${text.length} in ${size.columns}: ${text}`);
          assert.match(text, size.isUnicode ? /^[\x20-\x7e…▁-█]*$/ : /^[\x20-\x7e]*$/);
        }
      }),
    );
  });
});

describe('a frame', () => {
  const lines = [
    { text: 'abc', look: 'heading' },
    { text: 'abcde', look: 'plain' },
  ] as const;

  it('writes over what was there, and clears nothing that it wrote', () => {
    assert.equal(frameOf(lines, { columns: 5 }, { isColoured: false }), '\x1b[Habc\x1b[K\r\nabcde');
    assert.equal(
      frameOf(lines, { columns: 6 }, { isColoured: false }),
      '\x1b[Habc\x1b[K\r\nabcde\x1b[K\x1b[J',
    );
  });

  it('has looks when it may', () => {
    assert.ok(
      frameOf(lines, { columns: 9 }, { isColoured: true }).includes('\x1b[7mabc\x1b[0m\x1b[K'),
    );
  });
});

describe('plain lines', () => {
  it('have everything, and no more than a printer could print', () => {
    const lines = plainLines(twoRows(), FIRST_VIEW, NOW);
    assert.match(lines[3] ?? '', /^NAME +PID +CPU +HISTORY +MEMORY +IN\/S +OUT\/S +THR +UPTIME$/);
    assert.match(lines[4] ?? '', /^foo:dns +4711 +100% +@@ +32 MiB +- +- +3 +1m00s$/);
    assert.equal(lines.length, 7);
    for (const line of lines) assert.match(line, /^[\x20-\x7e]*$/);
  });

  it('say when nothing is sampled', () => {
    assert.deepEqual(plainLines(taken(), FIRST_VIEW, NOW).slice(3), ['nothing is sampled', '']);
  });
});
