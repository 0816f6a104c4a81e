import { escapeJson } from '@albatross/shared/runtime/escape';

/** What JSON can say. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/**
 * YAML of our own making, the same bytes for the same value for ever: maps in blocks, lists of numbers in
 * brackets, other lists with dashes. No map or list in it is empty.
 */
export function writeYaml(map: Readonly<Record<string, Json>>): string {
  return `${mapLines(map).join('\n')}\n`;
}

function mapLines(map: Readonly<Record<string, Json>>): readonly string[] {
  return Object.entries(map).flatMap(([key, value]) => {
    const short = inline(value);
    if (short !== null) return [`${word(key)}: ${short}`];
    return [`${word(key)}:`, ...blockLines(value).map((line) => `  ${line}`)];
  });
}

function blockLines(value: Json): readonly string[] {
  if (Array.isArray(value)) return value.map((item: Json) => `- ${inline(item) ?? ''}`);
  return mapLines(value as Readonly<Record<string, Json>>);
}

/** On the line of its key; null for what takes lines of its own. */
function inline(value: Json): string | null {
  if (typeof value === 'string') return word(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const isNumbers = Array.isArray(value) && value.every((one) => typeof one === 'number');
  return isNumbers ? `[${value.join(', ')}]` : null;
}

/** Without quotes where no reader of YAML takes it for anything but text. */
function word(text: string): string {
  return /^[A-Za-z][A-Za-z0-9-]*$/.test(text) && !OTHER_THAN_TEXT.test(text) ? text : quoted(text);
}

const OTHER_THAN_TEXT = /^(y|n|yes|no|on|off|true|false|null)$/i;

/** Strings of JSON are strings of YAML, but for what YAML has as unprintable, or we never print. */
function quoted(text: string): string {
  return escapeJson(JSON.stringify(text))
    .replaceAll('\ufffe', String.raw`\ufffe`)
    .replaceAll('\uffff', String.raw`\uffff`);
}
