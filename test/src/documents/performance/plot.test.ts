import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fixtureResult } from '../../bench/testing/fixture-result.ts';
import { drawPlot, plotsOf, type Curve } from './plot.ts';

const curve = (
  key: string,
  unit: Curve['unit'] = 'ms',
  points: Curve['points'] = POINTS,
): Curve => ({
  key,
  what: `${key} <of all & none>`,
  unit,
  points,
});

const POINTS = [
  { unikernels: 1000, value: 20 },
  { unikernels: 10, value: 4 },
];

describe('the plots of a result', () => {
  it('are one for what stands before the slash, and one for each unit of it', () => {
    const series = [
      curve('memory/a', 'MiB'),
      curve('memory/b', 'MiB'),
      curve('growth/info', 'µs'),
      curve('growth/create', '/s'),
      curve('growth/none', 'KiB', []),
    ];
    const plots = plotsOf(fixtureResult({ series }));
    assert.deepEqual(
      plots.map(({ file, curves }) => [file, curves.length]),
      [
        ['memory.svg', 2],
        ['growth-us.svg', 1],
        ['growth-rate.svg', 1],
      ],
    );
  });
});

describe('a plot', () => {
  const [plot] = plotsOf(fixtureResult({ series: [curve('memory/a'), curve('memory/b')] }));
  assert.ok(plot !== undefined);
  const svg = drawPlot(plot);

  it('has a line for each series from its least number to its largest, and a legend', () => {
    const lines = [
      ...svg.matchAll(/class="curve" stroke="([^"]+)" d="M([\d.]+) [\d.]+L([\d.]+) /g),
    ];
    assert.equal(lines.length, 2);
    assert.notEqual(lines[0]?.[1], lines[1]?.[1]);
    for (const [, , from, to] of lines) assert.deepEqual([from, to], ['84', '724']);
    assert.match(svg, />memory\/b &lt;of all &amp; none&gt;<\/text>/);
  });

  it('has an axis of numbers of unikernels, logarithmic where they are far apart', () => {
    assert.match(svg, />unikernels \(logarithmic\)</);
    for (const tick of ['10', '100', '1,000']) assert.match(svg, new RegExp(`>${tick}</text>`));
  });

  it('is read in light and dark, and takes nothing from elsewhere', () => {
    assert.match(svg, /prefers-color-scheme: dark/);
    assert.doesNotMatch(svg, /<script|@import|url\(|href|@font-face/);
  });

  it('has tags that are all closed', () => {
    const open: string[] = [];
    for (const [, end, tag = '', closed] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
      if (closed === '/') continue;
      if (end === '/') assert.equal(open.pop(), tag);
      else open.push(tag);
    }
    assert.deepEqual(open, []);
  });
});
