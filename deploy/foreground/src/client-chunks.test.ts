import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { clientChunks, type ClientChunks } from './client-chunks.ts';
import { loadedChunks } from './loaded-chunks.ts';

const PROGRAM = 'client/src/installed/program.ts';

describe('a command of the installed client', () => {
  let chunks: ClientChunks;
  before(async () => {
    chunks = await clientChunks();
  });

  /** The files that are loaded with the program and these, and what they import. */
  function filesWith(...sources: readonly string[]): readonly string[] {
    const loaded = [...loadedChunks(chunks, [PROGRAM, ...sources])];
    return loaded.flatMap((chunk) => Object.keys(chunks.facts.get(chunk)?.inputs ?? {}));
  }

  it('is loaded without the others', () => {
    for (const command of ['info', 'create', 'sign', 'help']) {
      const file = `client/src/commands/${command}.ts`;
      const loaded = filesWith(file).filter((one) => one.startsWith('client/src/commands/'));
      assert.deepEqual(loaded, [file]);
    }
  });

  it('asks for its help without a library but that of the command line', () => {
    const loaded = packagesOf(filesWith('client/src/commands/info.ts'));
    assert.deepEqual(loaded, ['commander', 'zod']);
  });

  it('shows unikernels with the libraries that this takes, and no more of ours', () => {
    const files = filesWith('client/src/commands/info.ts', 'client/src/info/show-list.ts');
    assert.deepEqual(packagesOf(files), ['commander', 'msgpackr', 'nats', 'zod']);
    const libraries = files.flatMap((file) => /^(?:libs|services)\/\w+/.exec(file)?.[0] ?? []);
    assert.deepEqual([...new Set(libraries)], ['libs/shared']);
  });

  it('makes no connection of TLS but by asking Node for one', () => {
    for (const [name, text] of chunks.texts)
      assert.doesNotMatch(text, /\b(?:new|extends) ?[\w$.()]*TLSSocket/, name);
  });

  it('tells faults of messages in English alone', () => {
    const locales = filesWith('client/src/info/show-list.ts').filter((file) =>
      /zod.*\/locales\//.test(file),
    );
    assert.deepEqual(locales, ['node_modules/zod/v4/locales/en.js']);
  });
});

function packagesOf(files: readonly string[]): readonly string[] {
  const names = files.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  return [...new Set(names)].toSorted();
}
