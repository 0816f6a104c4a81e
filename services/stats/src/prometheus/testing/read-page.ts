import assert from 'node:assert/strict';

/** A family as somebody else reads it. */
interface ReadFamily {
  readonly type: string;
  readonly help: string;
  /** Values by their labels, which are JSON with the names sorted. */
  readonly lines: ReadonlyMap<string, number>;
}

export type Page = ReadonlyMap<string, ReadFamily>;

/** Reads a page by the grammar above `Family`; the test fails where it breaks it. */
export function readPage(text: string): Page {
  const families = new Map<string, ReadFamily & { readonly lines: Map<string, number> }>();
  let name = '';
  const lines = text.split('\n');
  assert.equal(lines.pop(), '', 'the last line has an end');
  for (const [index, line] of lines.entries()) {
    const head = /^# HELP ([a-z_][a-z0-9_]*) (.*)$/s.exec(line);
    if (head !== null) {
      name = head[1] ?? '';
      assert.ok(!families.has(name), `${name} is there twice`);
      const type = /^# TYPE (\S+) (counter|gauge|untyped)$/.exec(lines[index + 1] ?? '');
      assert.equal(type?.[1], name, `the type of ${name} follows`);
      const help = unescape(head[2] ?? '');
      families.set(name, { type: type?.[2] ?? '', help, lines: new Map() });
    } else if (!line.startsWith('# TYPE ')) {
      const end = line.lastIndexOf(' ');
      const labels = JSON.stringify(readLabels(name, line.slice(0, end)));
      const family = families.get(name);
      assert.ok(family !== undefined && !family.lines.has(labels), `${line}: once, in its family`);
      family.lines.set(labels, readValue(line.slice(end + 1)));
    }
  }
  for (const [name, { lines }] of families) assert.ok(lines.size > 0, `${name} is empty`);
  return families;
}

/** The value of a line; undefined when it is not there. */
export function valueOf(
  page: Page,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  return page.get(name)?.lines.get(JSON.stringify(sorted(Object.entries(labels))));
}

function readLabels(name: string, text: string): readonly (readonly [string, string])[] {
  const inner = new RegExp(`^${name}(?:\\{(.+)\\})?$`, 's').exec(text);
  assert.ok(inner !== null, `${text} is no line of ${name}`);
  const labels: [string, string][] = [];
  let rest = inner[1] ?? '';
  while (rest !== '') {
    const label = /^([a-z_][a-z0-9_]*)="((?:[^\\"\n]|\\[\\n"])*)"(,(?=.)|$)/su.exec(rest);
    assert.ok(label !== null, `${rest} does not begin with a label`);
    labels.push([label[1] ?? '', unescape(label[2] ?? '')]);
    rest = rest.slice(label[0].length);
  }
  assert.equal(new Set(labels.map(([label]) => label)).size, labels.length, text);
  return sorted(labels);
}

function sorted<T extends readonly [string, string]>(labels: readonly T[]): readonly T[] {
  return labels.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/gs, (_, c: string) => (c === 'n' ? '\n' : c));
}

function readValue(text: string): number {
  const special = new Map([
    ['+Inf', Infinity],
    ['-Inf', -Infinity],
    ['NaN', NaN],
  ]).get(text);
  if (special !== undefined) return special;
  assert.match(text, /^-?\d+(\.\d+)?(e[+-]\d+)?$/);
  return Number(text);
}
