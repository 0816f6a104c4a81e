/** A place in a file; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What a YAML file holds, and where. */
export type Value =
  | { readonly kind: 'scalar'; readonly at: Place; readonly value: Scalar }
  | { readonly kind: 'list'; readonly at: Place; readonly items: readonly Value[] }
  | { readonly kind: 'map'; readonly at: Place; readonly entries: readonly Entry[] };

export type Scalar = string | number | boolean | null;

export interface Entry {
  readonly key: string;
  readonly at: Place;
  readonly value: Value;
}

/** Thrown for what a file may not hold; the message says what would be right. */
export class DescriptionError extends Error {
  override readonly name = 'DescriptionError';
  readonly at: Place;

  constructor(at: Place, message: string) {
    super(message);
    this.at = at;
  }
}

/** The entries of a map; `what` is how it is called. Nothing at all is a map without entries. */
export function entriesOf(value: Value, what: string): readonly Entry[] {
  if (value.kind === 'map') return value.entries;
  if (value.kind === 'scalar' && value.value === null) return [];
  throw new DescriptionError(
    value.at,
    `${what} is a map, as in "key: value"; ${shown(value)} is not`,
  );
}

/** By key, where only these may be. */
export function fieldsOf<Key extends string>(
  value: Value,
  what: string,
  keys: readonly Key[],
): Readonly<Partial<Record<Key, Value>>> {
  const fields: Partial<Record<Key, Value>> = {};
  for (const { key, at, value: field } of entriesOf(value, what)) {
    const known = keys.find((one) => one === key);
    if (known !== undefined) fields[known] = field;
    else
      throw new DescriptionError(
        at,
        `${what} has no ${JSON.stringify(key)}; it may have ${keys.join(', ')}`,
      );
  }
  return fields;
}

export function textOf(value: Value, what: string): string {
  if (value.kind === 'scalar' && typeof value.value === 'string') return value.value;
  throw new DescriptionError(
    value.at,
    `${what} is text; ${shown(value)} is not${quoteHint(value)}`,
  );
}

function quoteHint(value: Value): string {
  return value.kind === 'scalar' && value.value !== null ? `, unless it is in quotes` : '';
}

/** Without the places, for whoever checks what it is. */
export function plain(value: Value): unknown {
  switch (value.kind) {
    case 'scalar':
      return value.value;
    case 'list':
      return value.items.map(plain);
    case 'map':
      return Object.fromEntries(value.entries.map((entry) => [entry.key, plain(entry.value)]));
  }
}

export function shown(value: Value): string {
  if (value.kind !== 'scalar') return `a ${value.kind}`;
  return value.value === null ? 'nothing' : JSON.stringify(value.value).slice(0, SHOWN_LENGTH);
}

const SHOWN_LENGTH = 64;
