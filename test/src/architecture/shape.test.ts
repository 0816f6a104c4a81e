import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { doorsOfServices, junkDrawers, longFiles, longMedian, missingReadmes } from './shape.ts';
import { thisRepository } from './source-tree.ts';

describe('the shape of the repository', () => {
  const tree = thisRepository();

  it('has no file of more than 300 lines', () => {
    assert.deepEqual(longFiles(tree), []);
    assert.equal(longFiles(new Map([['a/b.ts', 'x\n'.repeat(301)]])).length, 1);
    assert.equal(longFiles(new Map([['a/b.c', 'x\n'.repeat(301)]])).length, 1);
    assert.deepEqual(longFiles(new Map([['a/b.ts', 'x\n'.repeat(300)]])), []);
    assert.deepEqual(longFiles(new Map([['a/b.test.ts', 'x\n'.repeat(301)]])), []);
  });

  it('has modules of at most 120 lines in the median', () => {
    assert.deepEqual(longMedian(tree), []);
    const modules = [1, 121, 122].map((lines) => [`${lines}.ts`, 'x\n'.repeat(lines)] as const);
    assert.equal(longMedian(new Map(modules)).length, 1);
    assert.deepEqual(longMedian(new Map([...modules, ['2.ts', ''], ['3.ts', '']])), []);
  });

  it('has no junk drawers', () => {
    assert.deepEqual(junkDrawers(tree), []);
    for (const file of [
      'libs/utils/src/a.ts',
      'services/one/src/helpers.ts',
      'services/one/src/helper.test.ts',
      'client/src/common/a.ts',
      'client/src/misc.ts',
      'client/src/types.d.ts',
    ])
      assert.deepEqual(junkDrawers(new Map([[file, '']])), [file]);
    assert.deepEqual(junkDrawers(new Map([['client/src/common-name.ts', '']])), []);
  });

  it('has no door into a service', () => {
    assert.deepEqual(doorsOfServices(tree), []);
    for (const door of ['exports', 'main'])
      assert.deepEqual(
        doorsOfServices(new Map([['services/one/package.json', JSON.stringify({ [door]: '.' })]])),
        [`services/one has ${door}`],
      );
  });

  it('has a README in every workspace', () => {
    assert.deepEqual(missingReadmes(tree), []);
    const manifest = ['client/package.json', '{}'] as const;
    assert.deepEqual(missingReadmes(new Map([manifest])), ['client']);
    assert.deepEqual(missingReadmes(new Map([manifest, ['client/README.md', '']])), []);
  });
});
