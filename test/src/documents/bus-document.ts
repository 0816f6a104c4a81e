import {
  permissionsOf,
  tenantPermissions,
  type Permissions,
} from '@albatross/shared/bus/permissions';
import { FEEDS, REQUESTS } from '@albatross/shared/contracts/catalogue';
import {
  feedPattern,
  isProcessFeed,
  processSubject,
  type FeedContract,
} from '@albatross/shared/contracts/feed';
import { IDENTITIES, type Identity } from '@albatross/shared/contracts/identities';
import {
  requestPattern,
  SERVICE_FAILURES,
  TRANSPORT_FAILURES,
  type RequestContract,
} from '@albatross/shared/contracts/request';
import { parseName, ROOT, subjectTokens, type PathName } from '@albatross/shared/domain/name';
import { fieldsOf, SHAPES, variantsOf } from './field-list.ts';

/** `docs/bus.md`, made from the contracts: what it says is what both sides check. */
export function renderBusDocument(): string {
  return `${[
    introduction(),
    '## Requests',
    ...REQUESTS.map(renderRequest),
    '## Failures that any request can meet',
    `From any service: ${codes(SERVICE_FAILURES)}. On the way to one: ${codes(TRANSPORT_FAILURES)}. [errors.md](errors.md) says what to do about each.`,
    '## Feeds',
    ...FEEDS.map(renderFeed),
    '## What several messages hold',
    ...SHAPES.map(([name, schema]) => renderFields(name, schema)),
    '## Who may say what',
    permissions(),
  ].join('\n\n')}\n`;
}

function introduction(): string {
  const names = ['hello', 'foo:hello', 'foo:', 'foo:a.b', ':'].map((text) => {
    return `| \`${text}\` | \`${subjectTokens(parseName(text))}\` |`;
  });
  return `# The bus

<!-- Made from libs/shared/src/contracts by "npm run docs"; a test compares. Do not edit. -->

Everything the processes say to each other they say through a NATS server that listens on loopback only.
Messages are msgpack maps with the keys below; numbers that a double cannot hold are 64-bit integers.
Unknown keys of a request are refused, unknown keys of a reply or a feed are to be ignored.

A request's subject ends in the name it is about, a feed's in the name it tells of, or in the process that
tells of itself. \`<caller>\` is the identity that asks: the server lets nobody publish under another's. A
reply goes to an inbox below \`_INBOX.<caller>.\`, or there is none. The name in a request's body and the
one in its subject must be the same, and so must the process in a message and in its subject.

| name | in a subject |
|---|---|
${names.join('\n')}

A policy is given to a path from above it. So what is asked about the policy of a path ends in its labels
alone, \`<labels>\`: \`foo\` for \`foo:\`, and \`:\` for the root. Whoever may only ask below \`foo\` can
neither raise nor remove the policy of \`foo:\`.

A failure is a reply with the headers \`Nats-Service-Error\` (the code) and \`Nats-Service-Error-Code\`
(500 for \`INTERNAL\`, else 400), and the body \`{ code, message, details }\`. The services are NATS micro
services: \`nats micro ls\` shows them.`;
}

function renderRequest(contract: RequestContract): string {
  const { noun, verb, summary, service, deadlineMs, failures } = contract;
  const place = contract.address === undefined ? '<name>' : '<labels>';
  const subject = requestPattern(contract).replace(/>$/, place).replace('*', '<caller>');
  return [
    `### ${noun}.${verb}`,
    summary,
    `\`${subject}\`, answered by \`${service}\` within ${deadlineMs / 1000} s.`,
    renderFields('body', contract.body),
    renderFields('reply', contract.reply),
    `Failures: ${failures.length === 0 ? 'only those that any request can meet' : codes(failures)}.`,
  ].join('\n\n');
}

function renderFeed(feed: FeedContract): string {
  const publisher = isProcessFeed(feed)
    ? `${codes(feed.publishers)}, each about itself`
    : codes([feed.publisher]);
  return [
    `### ${feed.kind}`,
    feed.summary,
    `\`${subjectOf(feed)}\`, published by ${publisher}.`,
    renderFields('message', feed.message),
  ].join('\n\n');
}

function subjectOf(feed: FeedContract): string {
  if (isProcessFeed(feed)) return processSubject(feed, '*').replace(/\*$/, '<process>');
  const subject = feedPattern(feed, ROOT).replace(/>$/, '<name>');
  return feed.variant === undefined ? subject : subject.replace('*', `<${feed.variant}>`);
}

function renderFields(title: string, schema: FeedContract['message']): string {
  const fields = fieldsOf(schema);
  if (fields.length === 0) return `The ${title} is an empty map.`;
  const rows = fields.map(({ name, type, presence }) => `| \`${name}\` | ${type} | ${presence} |`);
  const variants = variantsOf(schema).map(([variant, own]) => {
    const parts = own.map(({ name, type }) => `\`${name}\`: ${type}`);
    return `| \`${variant}\` | ${parts.join('<br>') || 'nothing'} |`;
  });
  const table = `| ${title} | type | |\n|---|---|---|\n${rows.join('\n')}`;
  if (variants.length === 0) return table;
  return `${table}\n\n| ${title} | has also |\n|---|---|\n${variants.join('\n')}`;
}

function permissions(): string {
  const row = (holder: string, { publish, subscribe }: Permissions): string =>
    `| \`${holder}\` | ${subjects(publish)} | ${subjects(subscribe)} |`;
  const rows = IDENTITIES.map((identity: Identity) => row(identity, permissionsOf(identity)));
  const tenant = row(
    'tenant-<name>',
    tenantPermissions('tenant-<name>', parseName('foo:') as PathName),
  );
  return `Each identity has a key of its own. The server refuses everything that is not here.

| identity | publishes | subscribes |
|---|---|---|
${rows.join('\n')}

Somebody of this machine who rules a path and nothing else may have a key, too. Of \`foo:\`:

| tenant | publishes | subscribes |
|---|---|---|
${tenant}`;
}

function subjects(list: readonly string[]): string {
  return list.length === 0 ? 'nothing' : list.map((subject) => `\`${subject}\``).join('<br>');
}

function codes(failures: readonly string[]): string {
  return failures.map((code) => `\`${code}\``).join(', ');
}
