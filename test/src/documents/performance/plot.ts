import { digits } from '../../bench/amount.ts';
import type { BenchResult } from '../../bench/result.ts';
import { scaleFor, type Scale } from './scale.ts';

export type Curve = BenchResult['series'][number];

export interface Plot {
  /** Of its file in `docs/performance`. */
  readonly file: string;
  readonly title: string;
  readonly curves: readonly [Curve, ...(readonly Curve[])];
}

const WIDTH = 760;
const FRAME = { left: 84, top: 48, width: 640, height: 300 } as const;
const LEGEND_TOP = FRAME.top + FRAME.height + 62;
const LEGEND_LINE = 20;
/** Told apart by those who see no colours, too: each has a mark of its own. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#b58900', '#56b4e9'] as const;
const MARKS = [
  'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z',
  'M-4 -4h8v8h-8z',
  'M0 -5L5 4H-5z',
  'M0 -5.5L5.5 0L0 5.5L-5.5 0z',
  'M-5 -4H5L0 5z',
  'M-2 -5h4v3h3v4h-3v3h-4v-3h-3v-4h3z',
] as const;

/** What stands before the slash of the keys is one plot; where units differ, one for each. */
export function plotsOf({ series }: BenchResult): readonly Plot[] {
  const plots = new Map<string, Curve[]>();
  for (const curve of series.filter(({ points }) => points.length > 0)) {
    const key = `${curve.key.split('/')[0]} ${curve.unit}`;
    plots.set(key, [...(plots.get(key) ?? []), curve]);
  }
  const names = [...plots.keys()].map((key) => key.split(' ')[0]);
  return [...plots].flatMap(([key, [first, ...others]]) => {
    if (first === undefined) return [];
    const [name = '', unit = ''] = key.split(' ');
    const isAlone = names.filter((other) => other === name).length === 1;
    const file = isAlone ? `${name}.svg` : `${name}-${FILE_UNITS[first.unit]}.svg`;
    return [{ file, title: `${name}, ${unit}`, curves: [first, ...others] as const }];
  });
}

const FILE_UNITS = { ms: 'ms', µs: 'us', '/s': 'rate', MiB: 'mib', KiB: 'kib' } as const satisfies {
  readonly [U in Curve['unit']]: string;
};

/** An image that needs nothing else: no script, no font of its own; as light or dark as the reader's page. */
export function drawPlot({ title, curves }: Plot): string {
  const points = curves.flatMap((curve) => curve.points);
  const x = scaleFor(points.map(({ unikernels }) => unikernels));
  const y = scaleFor(points.map(({ value }) => value));
  const height = LEGEND_TOP + curves.length * LEGEND_LINE;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${escaped(title)}, by number of unikernels</title>`,
    STYLE,
    `<rect class="page" width="${WIDTH}" height="${height}"/>`,
    `<text x="${FRAME.left}" y="28" class="title">${escaped(title)}</text>`,
    ...x.ticks.map((tick) => columnLine(x, tick)),
    ...y.ticks.map((tick) => rowLine(y, tick)),
    `<path class="axis" d="M${FRAME.left} ${FRAME.top}V${bottom}H${right}"/>`,
    `<text x="${FRAME.left + FRAME.width / 2}" y="${bottom + 42}" text-anchor="middle">${axisText(x)}</text>`,
    ...curves.flatMap((curve, index) => drawCurve(curve, index, x, y)),
    '</svg>',
  ].join('\n')}\n`;
}

const bottom = FRAME.top + FRAME.height;
const right = FRAME.left + FRAME.width;

/** Colours for dark pages are the same: they were chosen to be seen on both. */
const STYLE = `<style>
text { font: 13px system-ui, sans-serif; fill: #24292f; }
.title { font-size: 15px; font-weight: 600; }
.page { fill: #ffffff; }
.axis { fill: none; stroke: #57606a; }
.grid { stroke: #d0d7de; stroke-width: 0.7; }
.curve { fill: none; stroke-width: 2; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .page { fill: #0d1117; }
  .axis { stroke: #8b949e; }
  .grid { stroke: #30363d; }
}
</style>`;

function axisText({ kind }: Scale): string {
  return kind === 'log' ? 'unikernels (logarithmic)' : 'unikernels';
}

function columnLine(x: Scale, tick: number): string {
  const at = across(x, tick);
  const line = `<line class="grid" x1="${at}" y1="${FRAME.top}" x2="${at}" y2="${bottom}"/>`;
  return `${line}<text x="${at}" y="${bottom + 20}" text-anchor="middle">${tickText(tick)}</text>`;
}

function rowLine(y: Scale, tick: number): string {
  const at = up(y, tick);
  const line = `<line class="grid" x1="${FRAME.left}" y1="${at}" x2="${right}" y2="${at}"/>`;
  const text = `<text x="${FRAME.left - 8}" y="${round(at + 4)}" text-anchor="end">${tickText(tick)}</text>`;
  return `${line}${text}`;
}

function drawCurve({ what, points }: Curve, index: number, x: Scale, y: Scale): readonly string[] {
  const colour = COLOURS[index % COLOURS.length] ?? '';
  const mark = MARKS[index % MARKS.length] ?? '';
  const places = points
    .toSorted((a, b) => a.unikernels - b.unikernels)
    .map(({ unikernels, value }) => ({ left: across(x, unikernels), top: up(y, value), value }));
  const path = places.map(({ left, top }) => `${left} ${top}`).join('L');
  const legend = LEGEND_TOP + index * LEGEND_LINE;
  const marked = `fill="${colour}" d="${mark}"`;
  return [
    `<path class="curve" stroke="${colour}" d="M${path}"/>`,
    ...places.map(
      ({ left, top, value }) =>
        `<path transform="translate(${left} ${top})" ${marked}><title>${digits(value)}</title></path>`,
    ),
    `<path transform="translate(${FRAME.left + 8} ${legend - 4})" ${marked}/>`,
    `<text x="${FRAME.left + 22}" y="${legend}">${escaped(what)}</text>`,
  ];
}

function across({ place }: Scale, value: number): number {
  return round(FRAME.left + place(value) * FRAME.width);
}

function up({ place }: Scale, value: number): number {
  return round(bottom - place(value) * FRAME.height);
}

function tickText(tick: number): string {
  return tick >= 1000 ? digits(tick) : String(tick);
}

/** A tenth of a pixel is more than anybody sees. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
