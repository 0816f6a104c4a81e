import * as field from '@albatross/shared/contracts/fields';
import * as z from 'zod';
import { explanation, generated, revoked, signed, writtenRequest } from './certificates.ts';
import { change, description } from './descriptions.ts';
import { once, stream, type JsonForm } from './form.ts';
import { dump, extracted, importPlan } from './states.ts';
import { console, consoleEntry, event, eventGap, sample, sampleThere, top } from './streams.ts';
import {
  block,
  details,
  detailsThere,
  detailsWithUsage,
  policyEntry,
  summaryThere,
  summaryWithUsage,
  tree,
} from './unikernels.ts';
import { count, exit, failureCode, integer, policy, text } from './values.ts';

/** What a failure is on stderr, of any command. */
export const failure = z.strictObject({
  code: failureCode,
  message: text,
  details: z.record(text, z.unknown()).meta({ title: 'object' }),
});

const named = z.strictObject({ name: text });
export const saved = z
  .strictObject({ name: text, file: text, sizeBytes: count })
  .meta({ title: 'saved file' });

const REQUEST = once(writtenRequest, 'with `--csr`');
const THERE = 'of another host';
const DONE_THERE = once(named, 'on another host');

/** With `--wait`, behind what was made. */
const WAITED = [
  once(
    z.strictObject({ outcome: z.literal('ready'), name: text, afterMs: integer }),
    'with `--wait ready`, then',
  ),
  once(
    z.strictObject({ outcome: z.literal('not-ready'), name: text, why: text }),
    'with `--wait ready`, or then',
  ),
  once(
    z.strictObject({
      outcome: z.literal('ended'),
      name: text,
      how: text,
      exit: exit.nullable(),
    }),
    'with `--wait exit` or `--follow`, last',
  ),
  stream(consoleEntry, 'with `--follow`, meanwhile'),
];

const started = [once(details), ...WAITED];

const update = z.strictObject({
  name: text,
  job: text,
  build: text,
  latest: text,
  compare: text.nullable(),
  outcome: z.enum([
    'up-to-date',
    'dry-run',
    'updated',
    'interrupted',
    'unknown',
    'rolled-back',
    'rollback-failed',
  ]),
  unikernel: details.nullable(),
  why: text.nullable(),
});

const FORMS: Readonly<Record<string, readonly JsonForm[]>> = {
  create: [...started, DONE_THERE, REQUEST],
  info: [
    once(z.array(summaryWithUsage), 'of those at and below a path'),
    once(z.array(detailsWithUsage).max(1), 'of one name'),
    once(tree, 'with `--tree`'),
    once(z.array(summaryThere), `${THERE}, of a path`),
    once(z.array(detailsThere), `${THERE}, of one name`),
    REQUEST,
  ],
  console: [stream(consoleEntry), REQUEST],
  'inactive-consoles': [
    once(z.array(console)),
    once(z.array(z.strictObject({ name: text, isActive: z.boolean() })), THERE),
    REQUEST,
  ],
  log: [stream(event), stream(eventGap, 'where events are not kept any more')],
  restart: [...started, DONE_THERE, REQUEST],
  stop: [once(details)],
  start: started,
  destroy: [once(named), REQUEST],
  update: [once(update)],
  get: [once(saved), REQUEST],
  block: [
    once(z.array(block)),
    once(z.array(z.strictObject({ name: text, sizeMib: integer, isUsed: z.boolean() })), THERE),
    REQUEST,
  ],
  'create-block': [once(z.strictObject({ name: text, sizeMib: count })), REQUEST],
  'set-block': [once(named), REQUEST],
  'dump-block': [once(saved), REQUEST],
  'destroy-block': [once(named), REQUEST],
  policy: [
    once(z.array(policyEntry)),
    once(z.array(z.strictObject({ path: field.name, policy })), THERE),
    REQUEST,
  ],
  'add-policy': [once(z.strictObject({ path: text, changed: z.boolean() })), REQUEST],
  'remove-policy': [once(z.strictObject({ path: text }))],
  stats: [
    once(z.array(sample)),
    stream(sample, 'with `--follow`'),
    stream(sampleThere, THERE),
    REQUEST,
  ],
  top: [stream(top)],
  'stats-add': [
    once(
      z.strictObject({
        name: text,
        pid: integer,
        nets: z.array(z.strictObject({ name: text, tap: text })),
      }),
    ),
  ],
  'stats-remove': [once(named)],
  apply: [once(z.array(change))],
  diff: [once(z.array(change))],
  export: [once(description)],
  'import-state': [once(importPlan)],
  'inspect-dump': [once(dump)],
  'extract-dump': [once(extracted)],
  generate: [once(generated)],
  sign: [once(signed)],
  revoke: [once(revoked)],
  explain: [once(explanation)],
  setup: [
    once(
      z.strictObject({
        changes: z.array(
          z.strictObject({
            change: z.enum([
              'group',
              'user',
              'make-folder',
              'make-file',
              'rewrite-file',
              'mend',
              'issue',
            ]),
            name: text,
          }),
        ),
        busPort: integer,
        authority: z.strictObject({ name: text, key: text }).nullable(),
      }),
    ),
  ],
  doctor: [
    once(
      z.array(
        z.strictObject({
          level: z.enum(['ok', 'warn', 'fail']),
          check: text,
          text,
          mend: text.nullable(),
        }),
      ),
    ),
  ],
  help: [
    once(z.strictObject({ name: text.nullable(), text })),
    once(z.array(z.strictObject({ name: text, summary: text })), 'of topics'),
  ],
  completion: [once(z.strictObject({ shell: z.enum(['bash', 'zsh', 'fish']), script: text }))],
  complete: [once(z.array(text))],
};

const ALIASES: Readonly<Record<string, string>> = { 'replace-policy': 'add-policy' };

/** Whatever the command does that is in the certificate, as that command shows it of another host. */
const CERTIFICATE = [
  once(z.strictObject({ name: text, result: text }), 'for what is answered with a word'),
  once(saved, 'for what is answered with an image or a content'),
  once(z.array(summaryThere), 'for `info` of a path'),
  once(z.array(detailsThere), 'for `info` of one name'),
  ...['block', 'policy', 'inactive-consoles', 'stats'].flatMap((command) =>
    (FORMS[command] ?? [])
      .filter(({ when }) => when === THERE)
      .map((form) => ({ ...form, when: `for \`${command}\`` })),
  ),
  stream(consoleEntry, 'for `console`'),
];

/** The commands that are described, as they are called first. */
export const DESCRIBED: readonly string[] = [...Object.keys(FORMS), 'certificate'];

/** All that a command prints with `--json`, as it is called here, with dashes. Throws for another word. */
export function jsonShapeOf(command: string): readonly JsonForm[] {
  if (command === 'certificate') return CERTIFICATE;
  const forms = FORMS[ALIASES[command] ?? command];
  if (forms === undefined) throw new TypeError(`nobody has written down what ${command} prints`);
  return forms;
}
