import * as deviceField from '@albatross/shared/contracts/device-fields';
import * as field from '@albatross/shared/contracts/fields';
import { blockSizeMib } from '@albatross/shared/contracts/block';
import { consoleEntry } from '@albatross/shared/contracts/console';
import { eventRecord } from '@albatross/shared/contracts/event';
import {
  pathBelowRoot,
  policy,
  policyEntry,
  rootOnly,
  shownPolicy,
} from '@albatross/shared/contracts/policy';
import type { FeedContract } from '@albatross/shared/contracts/feed';
import { domainUse, processUsage } from '@albatross/shared/contracts/heartbeat';
import { unikernelSummary } from '@albatross/shared/contracts/unikernel-list';
import * as z from 'zod/mini';

type Schema = FeedContract['message'];

/** What several messages hold, and is worth a name. */
export const SHAPES: readonly (readonly [name: string, schema: Schema])[] = [
  ['unikernel summary', unikernelSummary],
  ['console entry', consoleEntry],
  ['event', eventRecord],
  ['policy', shownPolicy],
  ['policy entry', policyEntry],
  ['process usage', processUsage],
  ['domain use', domainUse],
];

/** The parts of a JSON schema that our contracts make use of. */
interface JsonSchema {
  readonly title?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly required?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly default?: unknown;
}

export interface Field {
  readonly name: string;
  readonly type: string;
  /** `required`, `optional`, or the default. */
  readonly presence: string;
}

/** What a JSON schema cannot say. */
const TITLES: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [field.name, 'name'],
  [field.unikernelName, 'unikernel name'],
  [field.pathName, 'path'],
  [policy, 'policy'],
  [rootOnly, '`:`'],
  [pathBelowRoot, 'path'],
  [deviceField.memoryMib, 'integer ≥ 1'],
  [deviceField.cpus, 'list of integer ≥ 0'],
  [blockSizeMib, 'integer ≥ 1'],
  [field.time, 'milliseconds since 1970'],
  ...SHAPES.map(([name, schema]) => [schema, name] as const),
]);

/** The fields of a message as they are on the wire; of one that has variants, what all of them have. */
export function fieldsOf(schema: Schema): readonly Field[] {
  const json = jsonOf(schema);
  const [first = json, ...others] = json.oneOf ?? [];
  const isEverywhere = (name: string): boolean =>
    others.every(({ properties = {} }) => name in properties);
  return fieldsIn(first)
    .map((field) =>
      others.length > 0 && field.name === variantKey(first)
        ? { ...field, type: 'see below' }
        : field,
    )
    .filter(({ name }) => isEverywhere(name));
}

/** What the variants of a message have beside that, by the constant that tells them apart. */
export function variantsOf(schema: Schema): readonly (readonly [string, readonly Field[]])[] {
  const common = fieldsOf(schema).map(({ name }) => name);
  return (jsonOf(schema).oneOf ?? []).map((variant) => [
    String(variant.properties?.[variantKey(variant)]?.const),
    fieldsIn(variant).filter(({ name }) => !common.includes(name)),
  ]);
}

function variantKey({ properties = {} }: JsonSchema): string {
  return Object.keys(properties).find((name) => properties[name]?.const !== undefined) ?? '';
}

function jsonOf(schema: Schema): JsonSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const {
        _zod: { def },
      } = zodSchema;
      const title = def.type === 'custom' ? 'bytes' : TITLES.get(zodSchema);
      if (title !== undefined) jsonSchema.title = title;
      if (def.type === 'default') jsonSchema.default = def.defaultValue;
    },
  }) as JsonSchema;
}

function fieldsIn({ properties = {}, required = [] }: JsonSchema): readonly Field[] {
  return Object.entries(properties).map(([name, value]) => ({
    name,
    type: typeOf(value),
    presence: required.includes(name) ? 'required' : presenceOf(value),
  }));
}

function presenceOf(schema: JsonSchema): string {
  return schema.default === undefined
    ? 'optional'
    : `optional, else \`${JSON.stringify(schema.default)}\``;
}

function typeOf(schema: JsonSchema): string {
  const { title, enum: values, anyOf, oneOf, type } = schema;
  if (title !== undefined) return title;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (values !== undefined) return either(values.map((value) => JSON.stringify(value)));
  if (anyOf !== undefined) return either(anyOf.map(typeOf));
  if (oneOf !== undefined) return either(oneOf.map(typeOf));
  switch (type) {
    case 'array':
      return `${(schema.minItems ?? 0) > 0 ? 'non-empty list' : 'list'} of ${typeOf(schema.items ?? {})}`;
    case 'object':
      return objectOf(schema);
    case 'integer':
      return integerOf(schema);
    case 'string':
      return schema.pattern === undefined ? 'string' : `string \`${schema.pattern}\``;
    case undefined:
      return 'anything';
    default:
      return either([type].flat());
  }
}

function objectOf({ properties = {}, required = [], ...schema }: JsonSchema): string {
  // Of an object that is a map, the keys are names for its values, which are all alike.
  const { additionalProperties: values } = schema;
  if (typeof values === 'object' && values.type !== undefined) return `map to ${typeOf(values)}`;
  const fields = Object.entries(properties).map(
    ([name, value]) => `${name}${required.includes(name) ? '' : '?'}: ${typeOf(value)}`,
  );
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

/** The bounds of what a double can hold exactly go without saying. */
function integerOf({ minimum, exclusiveMinimum }: JsonSchema): string {
  const least = exclusiveMinimum === undefined ? minimum : exclusiveMinimum + 1;
  return least === undefined || least === Number.MIN_SAFE_INTEGER
    ? 'integer'
    : `integer ≥ ${least}`;
}

function either(types: readonly string[]): string {
  return types.join(' or ');
}
