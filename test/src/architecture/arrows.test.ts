import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crossedArrows, doublesAtLarge, reachedAcross } from './arrows.ts';
import { thisRepository, type SourceTree } from './source-tree.ts';

describe('the arrows between the parts', () => {
  const tree = thisRepository();

  it('are not crossed by an import', () => assert.deepEqual(crossedArrows(tree), []));
  it('meet at the doors of the packages', () => assert.deepEqual(reachedAcross(tree), []));
  it('never lead from the program to a double', () => assert.deepEqual(doublesAtLarge(tree), []));

  const crossings: readonly (readonly [file: string, specifier: string])[] = [
    ['libs/shared/src/domain/a.ts', '../contracts/b.ts'],
    ['libs/shared/src/domain/a.ts', '../runtime/b.ts'],
    ['libs/shared/src/contracts/a.ts', '../bus/b.ts'],
    ['libs/shared/src/contracts/a.test.ts', '../bus/b.ts'],
    ['libs/shared/src/bus/a.ts', '../runtime/b.ts'],
    ['libs/shared/src/runtime/a.ts', '../domain/b.ts'],
    ['libs/shared/src/bus/a.ts', '@albatross/shared/runtime/b'],
    ['libs/solo5/src/a.ts', '@albatross/shared/domain/b'],
    ['libs/shared/src/bus/a.ts', '@albatross/solo5'],
    ['libs/wire/src/a.ts', '@albatross/shared/contracts/b'],
    ['libs/wire/src/a.ts', '@albatross/solo5'],
    ['services/one/src/a.ts', '@albatross/two'],
    ['services/one/src/a.ts', '../../two/src/b.ts'],
    ['services/one/src/a.test.ts', '../../two/src/b.ts'],
    ['services/one/src/a.ts', '@albatross/client'],
    ['services/one/src/a.ts', '@albatross/test/harness/b'],
    ['client/src/a.ts', '@albatross/two'],
    ['deploy/foreground/src/a.ts', '../../../services/two/src/main.ts'],
    ['examples/hello/src/a.ts', '@albatross/solo5'],
    ['libs/solo5/src/a.test.ts', '@albatross/test/harness/b'],
    ['services/one/src/a.ts', '@albatross/unheard-of'],
  ];
  for (const [file, specifier] of crossings)
    it(`would be crossed by ${specifier} in ${file}`, () => {
      assert.equal(crossedArrows(planted(file, specifier)).length, 1);
    });

  const allowed: readonly (readonly [file: string, specifier: string])[] = [
    ['libs/shared/src/contracts/a.ts', '../domain/b.ts'],
    ['libs/shared/src/bus/a.ts', '../contracts/b.ts'],
    ['libs/shared/src/bus/testing/a.ts', '../../domain/b.ts'],
    ['libs/shared/src/bus/testing/a.ts', '../../runtime/b.ts'],
    ['libs/wire/src/a.ts', '@albatross/shared/domain/b'],
    ['services/one/src/a.ts', '@albatross/solo5'],
    ['services/one/src/a.ts', '@albatross/shared/runtime/b'],
    ['services/one/src/a.test.ts', '@albatross/test/harness/b'],
    ['client/src/a.ts', '@albatross/shared/bus/b'],
    ['deploy/foreground/src/a.ts', '@albatross/shared/bus/b'],
    ['test/src/a.ts', '../../services/two/src/b.ts'],
    ['libs/solo5/src/a.ts', 'zod'],
  ];
  for (const [file, specifier] of allowed)
    it(`allow ${specifier} in ${file}`, () => {
      assert.deepEqual(crossedArrows(planted(file, specifier)), []);
    });

  it('would be evaded by a relative path into another package', () => {
    const tree = planted('services/one/src/a.ts', '../../../libs/solo5/src/b.ts');
    assert.deepEqual(crossedArrows(tree), []);
    assert.equal(reachedAcross(tree).length, 1);
  });

  it('would lead to a double by its path or its package', () => {
    for (const specifier of ['./testing/b.ts', '@albatross/shared/bus/testing/b'])
      assert.equal(doublesAtLarge(planted('services/one/src/a.ts', specifier)).length, 1);
    assert.deepEqual(doublesAtLarge(planted('services/one/src/a.test.ts', './testing/b.ts')), []);
  });
});

function planted(file: string, specifier: string): SourceTree {
  const packages = [
    ['libs/shared', 'shared'],
    ['libs/solo5', 'solo5'],
    ['libs/wire', 'wire'],
    ['services/one', 'one'],
    ['services/two', 'two'],
    ['client', 'client'],
    ['test', 'test'],
  ] as const;
  return new Map([
    ...packages.map(
      ([folder, name]) =>
        [`${folder}/package.json`, JSON.stringify({ name: `@albatross/${name}` })] as const,
    ),
    [file, `import { b } from '${specifier}';\n`],
  ]);
}
