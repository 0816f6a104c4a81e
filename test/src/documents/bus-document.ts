import { permissionsOf } from '@albatross/shared/bus/permissions';
import { FEEDS, REQUESTS } from '@albatross/shared/contracts/catalogue';
import { feedPattern, type FeedContract } from '@albatross/shared/contracts/feed';
import { IDENTITIES, type Identity } from '@albatross/shared/contracts/identities';
import {
  requestPattern,
  SERVICE_FAILURES,
  TRANSPORT_FAILURES,
  type RequestContract,
} from '@albatross/shared/contracts/request';
import { parseName, ROOT, subjectTokens } from '@albatross/shared/domain/name';
import { fieldsOf, SHAPES } from './field-list.ts';

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

A request's subject ends in the name it is about, a feed's in the name it tells of. \`<caller>\` is the
identity that asks: the server lets nobody publish under another's. A reply goes to an inbox below
\`_INBOX.<caller>.\`, or there is none. The name in a request's body and the one in its subject must be
the same.

| name | in a subject |
|---|---|
${names.join('\n')}

A failure is a reply with the headers \`Nats-Service-Error\` (the code) and \`Nats-Service-Error-Code\`
(500 for \`INTERNAL\`, else 400), and the body \`{ code, message, details }\`. The services are NATS micro
services: \`nats micro ls\` shows them.`;
}

function renderRequest(contract: RequestContract): string {
  const { noun, verb, summary, service, deadlineMs, failures } = contract;
  const subject = requestPattern(contract).replace(/>$/, '<name>').replace('*', '<caller>');
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
  const subject = feedPattern(feed, ROOT).replace(/>$/, '<name>');
  return [
    `### ${feed.kind}`,
    feed.summary,
    `\`${subject}\`, published by \`${feed.publisher}\`.`,
    renderFields('message', feed.message),
  ].join('\n\n');
}

function renderFields(title: string, schema: FeedContract['message']): string {
  const fields = fieldsOf(schema);
  if (fields.length === 0) return `The ${title} is an empty map.`;
  const rows = fields.map(({ name, type, presence }) => `| \`${name}\` | ${type} | ${presence} |`);
  return `| ${title} | type | |\n|---|---|---|\n${rows.join('\n')}`;
}

function permissions(): string {
  const rows = IDENTITIES.map((identity: Identity) => {
    const { publish, subscribe } = permissionsOf(identity);
    return `| \`${identity}\` | ${subjects(publish)} | ${subjects(subscribe)} |`;
  });
  return `Each identity has a key of its own. The server refuses everything that is not here.

| identity | publishes | subscribes |
|---|---|---|
${rows.join('\n')}`;
}

function subjects(list: readonly string[]): string {
  return list.length === 0 ? 'nothing' : list.map((subject) => `\`${subject}\``).join('<br>');
}

function codes(failures: readonly string[]): string {
  return failures.map((code) => `\`${code}\``).join(', ');
}
