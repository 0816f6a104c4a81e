import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FEEDS, REQUESTS } from '@albatross/shared/contracts/catalogue';
import { createUnikernel } from '@albatross/shared/contracts/unikernel';
import { consoleEntry, consoleFeed } from '@albatross/shared/contracts/console';
import { EVENT_TYPES, eventRecord } from '@albatross/shared/contracts/event';
import { writeBlob } from '@albatross/shared/contracts/blob';
import { renderBusDocument } from './bus-document.ts';
import { fieldsOf, variantsOf, type Field } from './field-list.ts';
import { readDocument } from './read-document.ts';

describe('docs/bus.md', () => {
  it('is what the contracts say; otherwise run "npm run docs"', () => {
    assert.equal(readDocument('bus.md'), renderBusDocument());
  });

  it('has every request and every feed', () => {
    const headings = [...renderBusDocument().matchAll(/^### (.+)$/gm)].map(([, title]) => title);
    assert.deepEqual(headings, [
      ...REQUESTS.map(({ noun, verb }) => `${noun}.${verb}`),
      ...FEEDS.map(({ kind }) => kind),
    ]);
  });

  it('says of a field what JSON has no word for', () => {
    assert.equal(typeOf(createUnikernel.body, 'name'), 'unikernel name');
    assert.equal(typeOf(createUnikernel.body, 'memoryMib'), 'integer ≥ 1');
    assert.equal(typeOf(writeBlob.body, 'bytes'), 'bytes');
    assert.equal(typeOf(createUnikernel.reply, 'pid'), 'integer ≥ 1 or null');
    assert.equal(typeOf(consoleFeed.message, 'entries'), 'non-empty list of console entry');
    assert.match(typeOf(consoleEntry, 'entry') ?? '', /kind: "line", bytes: bytes/);
    assert.equal(typeOf(eventRecord, 'requestId'), 'string or null');
  });

  it('says what all variants of a message have, and what each has beside', () => {
    assert.equal(typeOf(eventRecord, 'type'), 'see below');
    assert.equal(typeOf(eventRecord, 'why'), undefined);
    const variants = variantsOf(eventRecord);
    assert.deepEqual(
      variants.map(([type]) => type),
      EVENT_TYPES,
    );
    const [, own] = variants.find(([type]) => type === 'failed') ?? [];
    assert.deepEqual(own, [{ name: 'why', type: 'string', presence: 'required' }]);
    assert.deepEqual(variantsOf(consoleEntry), []);
  });

  it('says which field may be left out, and what it is then', () => {
    const presence = new Map(fieldsOf(createUnikernel.body).map((one) => [one.name, one.presence]));
    assert.equal(presence.get('name'), 'required');
    assert.equal(presence.get('memoryMib'), 'optional, else `32`');
    assert.equal(presence.get('arguments'), 'optional, else `[]`');
  });

  it('leaves no field undescribed', () => {
    const all = [
      ...REQUESTS.flatMap(({ body, reply }) => [body, reply]),
      ...FEEDS.map(({ message }) => message),
    ];
    const vague = all.flatMap((schema) => fieldsOf(schema)).filter(isVague);
    assert.deepEqual(vague, []);
  });
});

function typeOf(schema: Parameters<typeof fieldsOf>[0], name: string): string | undefined {
  return fieldsOf(schema).find((one) => one.name === name)?.type;
}

function isVague({ type }: Field): boolean {
  return type.includes('anything');
}
