import * as z from 'zod';
import type { JsonForm } from '../harness/json/form.ts';
import { DESCRIBED, failure, jsonShapeOf } from '../harness/json/forms.ts';
import { NAMED_SHAPES } from '../harness/json/named-shapes.ts';
import { fieldsOf, variantsOf } from './field-list.ts';

/** `docs/json.md`, made from the shapes that tests check what is printed with. */
export function renderJsonDocument(): string {
  return `${[
    INTRODUCTION,
    '## Commands',
    ...DESCRIBED.map(renderCommand),
    '## A failure',
    'One line on stderr, whatever the command; notes for people may stand before it. [errors.md](errors.md) lists the codes.',
    renderFields(failure),
    '## What several commands print',
    ...NAMED_SHAPES.map((shape) => `### ${titleOf(shape)}\n\n${renderFields(shape)}`),
  ].join('\n\n')}\n`;
}

const INTRODUCTION = `# What \`--json\` prints

<!-- Made from test/src/harness/json by "npm run docs"; a test compares. Do not edit. -->

With \`--json\`, every command prints values for programs, one a line, on standard output, and nothing else there.
What has no end, or not for a while (\`console\`, \`log\`, \`top\`, \`stats --follow\`), prints one a line as it comes.

These shapes are stable: a field keeps its name, its type and its meaning. Others may be added, which a program is
to pass over. No field is missing at times: where there is nothing to say, it is null. Times are RFC 3339, of UTC;
numbers of bytes, microseconds and MiB have the unit in their name; names and paths are as they are typed.

\`--quiet\` changes nothing of it, and progress and colours are for terminals only. What is written to standard output
as bytes, as by \`get hello -\`, has nothing beside it.`;

function renderCommand(command: string): string {
  return [`### ${command}`, ...jsonShapeOf(command).map(renderForm)].join('\n\n');
}

function renderForm({ when, schema, isStream }: JsonForm): string {
  const isList = schema instanceof z.ZodArray;
  const one = isList ? (schema.element as z.ZodType) : schema;
  const title = titleOf(one);
  const what = title ?? (one instanceof z.ZodObject ? (isList ? 'objects' : 'object') : 'names');
  const count = isStream ? 'a line each: ' : isList ? 'one array of ' : '';
  const name = title === null ? what : `[${title}](#${title.replaceAll(' ', '-')})`;
  const head = capitalised(
    [when, `${count}${isStream || isList ? '' : article(what)}${name}`]
      .filter((part) => part !== '')
      .join(': '),
  );
  return title === null && one instanceof z.ZodObject
    ? `${head}.\n\n${renderFields(one)}`
    : `${head}.`;
}

function renderFields(schema: z.ZodType): string {
  const shape = schema as Parameters<typeof fieldsOf>[0];
  const rows = fieldsOf(shape).map(({ name, type, presence }) => {
    return `| \`${name}\` | ${cell(type)}${presence === 'required' ? '' : `, ${presence}`} |`;
  });
  const variants = variantsOf(shape).map(([variant, own]) => {
    const parts = own.map(({ name, type }) => `\`${name}\`: ${cell(type)}`);
    return `| \`${variant}\` | ${parts.join('<br>') || 'nothing'} |`;
  });
  const table = `| field | |\n|---|---|\n${rows.join('\n')}`;
  return variants.length === 0
    ? table
    : `${table}\n\n| | has also |\n|---|---|\n${variants.join('\n')}`;
}

/** Null of a shape that only one command has. */
function titleOf(schema: z.ZodType): string | null {
  return NAMED_SHAPES.includes(schema) ? (schema.meta()?.title ?? null) : null;
}

/** A bar would be a cell of its own. */
function cell(type: string): string {
  return type.replaceAll('|', '\\|');
}

function article(noun: string): string {
  return /^[aeio]/.test(noun) ? 'an ' : 'a ';
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
