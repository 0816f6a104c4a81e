import {
  Composer,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
  type Document,
  type ParsedNode,
} from 'yaml';
import { DescriptionError, type Entry, type Place, type Scalar, type Value } from './value.ts';

/** Deeper than any description; the library would run out of memory on a file of nothing but brackets. */
export const YAML_DEPTH_MAX = 32;

/**
 * Reads one document of YAML 1.2, of plain values only: an anchor, an alias or a tag is refused, as is a key that
 * is there twice. Throws a `DescriptionError`.
 */
export function parseYaml(text: string): Value {
  const lines = new LineCounter();
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const [document, second] = compose(text, lines, place);
  const [error] = document?.errors ?? [];
  if (error !== undefined)
    throw new DescriptionError(place(error.pos[0]), firstLine(error.message));
  if (second !== undefined)
    throw new DescriptionError(
      place(second.range[0]),
      'a file has one document, and here begins another',
    );
  if (document?.contents == null) throw new DescriptionError(START, 'the file is empty');
  return valueOf(document.contents, place);
}

const START: Place = { line: 1, column: 1 };

type PlaceOf = (offset: number) => Place;

/** What `parseDocument` does, but that it looks at the depth before anything is built from it. */
function compose(text: string, lines: LineCounter, place: PlaceOf): readonly Document.Parsed[] {
  lines.addNewLine(0);
  const lexer = new Lexer();
  const parser = new Parser(lines.addNewLine);
  // Keys are looked at by `entriesIn`, which takes less time for many.
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    strict: true,
    uniqueKeys: false,
  });
  const tokens = [];
  for (const lexeme of lexer.lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length <= YAML_DEPTH_MAX) continue;
    throw new DescriptionError(
      place(parser.offset),
      `more than ${YAML_DEPTH_MAX} levels in each other`,
    );
  }
  tokens.push(...parser.end());
  return [...composer.compose(tokens, true, text.length)] as readonly Document.Parsed[];
}

/** The library shows the place too, on lines of their own; and some of the text, which may be a secret. */
function firstLine(message: string): string {
  const [first = ''] = message.split('\n');
  const said = first.replace(/ at line \d+, column \d+:?$/, '').replace(/: ".*$/, '');
  return `this is no YAML: ${said}`;
}

function valueOf(node: ParsedNode, place: PlaceOf): Value {
  const at = place(node.range[0]);
  if (isScalar(node) || isMap(node) || isSeq(node)) refuseExtras(node, at);
  if (isMap(node)) return { kind: 'map', at, entries: entriesIn(node.items, place) };
  if (isSeq(node)) {
    const items = node.items.map((item) => valueOf(item, place));
    return { kind: 'list', at, items };
  }
  if (isScalar(node)) return { kind: 'scalar', at, value: scalarOf(node.value, at) };
  throw new DescriptionError(
    at,
    'aliases ("*name") are not taken; write the value again, and text with "*" in quotes',
  );
}

function refuseExtras(
  { anchor, tag }: { readonly anchor?: string | undefined; readonly tag?: string | undefined },
  at: Place,
): void {
  // Without quotes, what was to be an argument may be one.
  if (anchor !== undefined)
    throw new DescriptionError(
      at,
      'anchors ("&name") are not taken; write the value where it is used, and text with "&" in quotes',
    );
  if (tag !== undefined)
    throw new DescriptionError(
      at,
      'tags ("!name") are not taken; leave it out, and put text with "!" in quotes',
    );
}

function scalarOf(value: unknown, at: Place): Scalar {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value))
    return value as Scalar;
  throw new DescriptionError(at, 'only text, numbers, true, false and null are taken');
}

function entriesIn(
  items: readonly { readonly key: unknown; readonly value: unknown }[],
  place: PlaceOf,
): readonly Entry[] {
  const entries = new Map<string, Entry>();
  for (const item of items) {
    const key = valueOf(item.key as ParsedNode, place);
    if (key.kind !== 'scalar' || typeof key.value !== 'string')
      throw new DescriptionError(key.at, 'a key is text; put it in quotes');
    const before = entries.get(key.value);
    if (before !== undefined)
      throw new DescriptionError(
        key.at,
        `${JSON.stringify(key.value)} is there twice; the first is in line ${before.at.line}`,
      );
    const value: Value =
      item.value === null
        ? { kind: 'scalar', at: key.at, value: null }
        : valueOf(item.value as ParsedNode, place);
    entries.set(key.value, { key: key.value, at: key.at, value });
  }
  return [...entries.values()];
}
