import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as z from 'zod';
import { commandLine } from '../../../client/src/testing/command-line.ts';
import { DESCRIBED, jsonShapeOf } from '../harness/json/forms.ts';
import { renderJsonDocument } from './json-document.ts';
import { readDocument } from './read-document.ts';

const OPTIONS = { io: 'input', unrepresentable: 'any' } as const;

describe('docs/json.md', () => {
  it('is what tests check the output of commands with; otherwise run "npm run docs"', () => {
    assert.equal(readDocument('json.md'), renderJsonDocument());
  });

  it('has every command and no other', () => {
    const { commands } = commandLine();
    assert.deepEqual(DESCRIBED.toSorted(), commands.map((command) => command.name()).toSorted());
    for (const command of commands) {
      const { long } = command.options.find((option) => option.long === '--json') ?? {};
      assert.equal(long, '--json', command.name());
      for (const alias of command.aliases())
        assert.equal(jsonShapeOf(alias), jsonShapeOf(command.name()));
    }
  });

  it('says of everything what it is', () => {
    assert.doesNotMatch(renderJsonDocument(), /anything|undefined/);
  });
});

describe('the objects that commands print', () => {
  // A file for people, where what is empty is left out.
  const shapes = DESCRIBED.filter((command) => command !== 'export').flatMap((command) =>
    jsonShapeOf(command).flatMap(({ schema }) => objectsIn(z.toJSONSchema(schema, OPTIONS))),
  );

  it('have no other fields than those that are told of, and all of them', () => {
    for (const { properties = {}, required = [], additionalProperties } of shapes) {
      assert.equal(additionalProperties, false, JSON.stringify(properties));
      assert.deepEqual(required.toSorted(), Object.keys(properties).toSorted());
    }
  });

  it('have fields in camel case', () => {
    for (const { properties = {} } of shapes)
      for (const name of Object.keys(properties)) assert.match(name, /^[a-z][A-Za-z0-9]*$/);
  });
});

interface JsonSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}

/** Those with fields of fixed names, wherever they stand in it. */
function objectsIn(schema: unknown): readonly JsonSchema[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'properties' in schema && 'type' in schema ? [schema as JsonSchema] : [];
  return [...own, ...Object.values(schema).flatMap(objectsIn)];
}
