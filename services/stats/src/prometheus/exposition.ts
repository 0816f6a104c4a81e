/**
 * Prometheus' text format, version 0.0.4. No library writes it here: prom-client held the event loop for
 * 0.3 s and more over 1,000 unikernels, and takes label values that hold `,` and `:` for one another.
 *
 * ```abnf
 * page   = *family
 * family = "# HELP " name " " help LF "# TYPE " name " " type LF 1*line  ; of one name there is one family
 * line   = name ["{" label *("," label) "}"] " " value LF                ; no labels twice in a family
 * name   = (ALPHA / "_") *(ALPHA / DIGIT / "_")                          ; also of a label
 * label  = name "=" DQUOTE *(char / "\\" / "\n" / "\" DQUOTE) DQUOTE
 * help   = *(char / DQUOTE / "\\" / "\n")
 * char   = any of UTF-8 but "\", LF and DQUOTE
 * value  = a decimal number, 1e21 among them / "NaN" / "+Inf" / "-Inf"
 * ```
 *
 * A family over things of one kind, as unikernels, that have their labels already.
 */
export interface Family<T> {
  readonly name: string;
  /** `untyped`: whether it only grows is known to who made it. */
  readonly type: 'counter' | 'gauge' | 'untyped';
  readonly help: string;
  readonly series: readonly Series<T>[];
}

interface Series<T> {
  /** Behind the labels of the thing. */
  readonly labels: Labels;
  /** Null: there is none, and so no line. */
  readonly value: (of: T) => number | null;
}

export type Labels = Readonly<Record<string, string>>;

export interface Labelled<T> {
  /** As `labelText` makes it. */
  readonly labels: string;
  readonly of: T;
}

type Value<T> = Series<T>['value'];

export function gauge<T>(name: string, help: string, value: Value<T>): Family<T> {
  return { name, type: 'gauge', help, series: [{ labels: {}, value }] };
}

export function counter<T>(name: string, help: string, value: Value<T>): Family<T> {
  return { ...gauge(name, help, value), type: 'counter' };
}

export function untyped<T>(name: string, help: string, value: Value<T>): Family<T> {
  return { ...gauge(name, help, value), type: 'untyped' };
}

/** One series for each value that a label has. */
export function gaugeBy<T>(
  name: string,
  help: string,
  label: string,
  values: Readonly<Record<string, Value<T>>>,
): Family<T> {
  const series = Object.entries(values).map(([text, value]) => ({
    labels: { [label]: text },
    value,
  }));
  return { name, type: 'gauge', help, series };
}

export function counterBy<T>(...args: Parameters<typeof gaugeBy<T>>): Family<T> {
  return { ...gaugeBy(...args), type: 'counter' };
}

const LINES_PER_CHUNK = 512;

/**
 * The family's text, in pieces that take little time each; nothing when it has no values. The labels of all
 * `things` differ: see `distinct`.
 */
export function* expose<T>(family: Family<T>, things: Iterable<Labelled<T>>): Generator<string> {
  const { name } = family;
  const series = family.series.map(({ labels, value }) => ({ more: labelText(labels), value }));
  let text = headOf(family);
  let lines = 0;
  for (const { labels, of } of things) {
    for (const { more, value } of series) {
      const number = value(of);
      if (number === null) continue;
      const all = labels !== '' && more !== '' ? `${labels},${more}` : labels + more;
      text += `${name}${all === '' ? '' : `{${all}}`} ${valueText(number)}\n`;
      lines += 1;
      if (lines % LINES_PER_CHUNK > 0) continue;
      yield text;
      text = '';
    }
  }
  if (lines > 0 && text !== '') yield text;
}

/** Without those whose labels another had before: of them, Prometheus would take neither for certain. */
export function* distinct<T>(things: Iterable<Labelled<T>>): Generator<Labelled<T>> {
  const seen = new Set<string>();
  for (const thing of things) {
    if (seen.has(thing.labels)) continue;
    seen.add(thing.labels);
    yield thing;
  }
}

export function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeLabelValue(value)}"`)
    .join(',');
}

function headOf({ name, help, type }: Family<never>): string {
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
}

export function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

export function escapeLabelValue(text: string): string {
  return /[\\\n"]/.test(text) ? escapeHelp(text).replaceAll('"', '\\"') : text;
}

function valueText(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}
