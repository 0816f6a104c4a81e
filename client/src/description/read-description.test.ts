import { Failure } from '@albatross/shared/contracts/failures';
import { ROOT } from '@albatross/shared/domain/name';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anyTree, askedFor } from '../testing/any-tree.ts';
import { runningTree } from '../testing/toy-tree.ts';
import { changesBetween } from './change.ts';
import { readDescription } from './read-description.ts';
import { settle } from './settle.ts';
import type { Tree } from './tree.ts';
import { writeDescription } from './write-description.ts';
import { writeYaml } from './write-yaml.ts';

const HEAD = 'version: 1\npath: "foo:"\n';

describe('a description', () => {
  it('has defaults as the commands have them', () => {
    const { path, policies, unikernels } = readDescription(
      `${HEAD}policies: { "foo:": { unikernels: 2, memoryMib: 64 } }\nunikernels: { FOO:web: { image: web.spt } }`,
      'file.yaml',
    );
    const policy = { unikernels: 2, memoryMib: 64, cpus: [0], blockMib: null, bridges: [] };
    assert.deepEqual([path, [...policies]], ['foo:', [['foo:', policy]]]);
    const [[name, { image, at, ...web }] = assert.fail('there is none'), ...others] = unikernels;
    assert.deepEqual(
      [name, image.file?.path, image.sha256, others],
      ['foo:web', 'web.spt', null, []],
    );
    assert.deepEqual(at, { line: 4, column: 15 });
    assert.deepEqual(web, {
      memoryMib: 32,
      cpus: [0],
      startupPriority: 50,
      restart: { kind: 'never' },
      arguments: [],
      addName: null,
      nets: [],
      blocks: [],
      state: 'running',
    });
  });

  it('that is wrong is refused with the place and what would be right', () => {
    for (const [text, message] of WRONG) {
      assert.throws(
        () => readDescription(text, 'file.yaml'),
        (error) => {
          assert.ok(error instanceof Failure && error.code === 'FILE_INVALID', String(error));
          assert.ok(error.message.startsWith(`file.yaml:${message}`), error.message);
          return true;
        },
      );
    }
  });

  it('never has its arguments in a refusal: they may be secrets', () => {
    const wrong = ['555000', '[555000]', '[true555, 555000.5]', '{ 555: 1 }', 'hunter555'].concat(
      ['[&hunter555 a]', '[!hunter555 a]', '[*hunter555]', '["hunter555" "hunter555"]'],
      ['["hunter555]', `[${'hunter555, '.repeat(2000)}]`, '["hunter555\\0"]', '["\\qhunter555"]'],
      ['[@hunter555]', '[%hunter555', 'hunter555: hunter555: a', '"a" hunter555', '[]hunter555'],
    );
    for (const text of wrong) {
      assert.throws(
        () => readDescription(`${WEB}arguments: ${text}`, 'file.yaml'),
        (error) => error instanceof Failure && !error.message.includes('555'),
        text,
      );
    }
  });

  it('of anything but trees is refused, never a defect', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.throws(() => readDescription(text, 'file.yaml'), { code: 'FILE_INVALID' });
      }),
    );
  });

  it('that was written is read as the same, and written as the same bytes', () => {
    fc.assert(
      fc.property(anyTree({ areBlocksShared: true }), (tree) => {
        const text = written(tree);
        const settled = settle(
          'file.yaml',
          readDescription(text, 'file.yaml'),
          new Map(),
          withImages(tree),
        );
        assert.deepEqual(changesBetween(askedFor(tree), settled), []);
        assert.equal(written(settled), text);
      }),
    );
  });
});

function written(tree: Tree): string {
  return writeYaml(writeDescription(ROOT, tree, () => null));
}

/** Every image has a holder, of which no device is known. */
function withImages(tree: Tree) {
  const image = { holder: 'nobody', target: 'spt' } as const;
  const digests = [...tree.unikernels.values()].map(({ digest }) => digest);
  const images = new Map(digests.map((digest) => [digest, image]));
  return { ...runningTree(tree), images } as unknown as ReturnType<typeof runningTree>;
}

const WEB = `${HEAD}unikernels:\n  foo:web:\n    image: web.spt\n    `;

const WRONG: readonly (readonly [text: string, message: string])[] = [
  ['', '1:1: the file is empty'],
  ['a: [1, 2', '1:9: this is no YAML: '],
  ['version: 2', '1:10: it begins with "version: 1"'],
  ['version: 1', '1:1: it has no path'],
  ['version: 1\npath: foo', '2:7: "foo" is no path; a path ends in a colon'],
  [`${HEAD}unikernel: {}`, '3:1: the description of a system has no "unikernel"; it may have '],
  [`${HEAD}path: "foo:"`, '3:1: "path" is there twice; the first is in line 2'],
  [`${HEAD}---\na: 1`, '3:1: a file has one document'],
  [`${HEAD}blocks: &all {}`, '3:14: anchors ("&name") are not taken'],
  [`${HEAD}blocks: *all`, '3:9: '],
  [`${HEAD}blocks: !!map {}`, '3:15: tags ("!name") are not taken'],
  [`${HEAD}? [1]\n: 2`, '3:3: a key is text'],
  ['['.repeat(100_000), '1:33: more than 32 levels'],
  ['- '.repeat(100_000), '1:64: more than 32 levels'],
  [`${HEAD}blocks: []`, '3:9: blocks is a map'],
  [
    `${HEAD}blocks: { bar:data: { sizeMib: 1 } }`,
    '3:11: bar:data is not at or below the path foo:',
  ],
  [`${HEAD}blocks: { "foo:": { sizeMib: 1 } }`, '3:11: "foo:" is a path'],
  [`${HEAD}blocks: { foo:d: { sizeMib: 1 }, FOO:d: { sizeMib: 1 } }`, '3:34: foo:d is there twice'],
  [`${HEAD}blocks: { foo:d: {} }`, '3:18: a block device has sizeMib'],
  [`${HEAD}blocks: { foo:d: { sizeMib: 1.5 } }`, '3:29: a block device has a whole number of MiB'],
  [`${HEAD}policies: { "foo:": { memoryMib: 1 } }`, '3:21: a policy has unikernels'],
  [
    `${HEAD}policies: { "foo:": { unikernels: 1, memoryMib: 0 } }`,
    '3:49: memoryMib of a policy is a whole number from 1',
  ],
  [`${HEAD}unikernels: { foo:web: {} }`, '3:15: foo:web has no image'],
  [`${HEAD}unikernels: { foo:web: { image: {} } }`, '3:33: image has a file, or the sha256'],
  [`${HEAD}unikernels: { foo:web: { image: 7 } }`, '3:33: image is text; 7 is not, unless'],
  [`${WEB}image: other.spt`, '6:5: "image" is there twice'],
  [`${WEB}memory: 32`, '6:5: a unikernel has no "memory"; it may have image, memoryMib, '],
  [`${WEB}memoryMib: 0`, '6:16: memoryMib: memory is a whole number of MiB'],
  [`${WEB}cpus: []`, '6:11: cpus: a unikernel needs at least one CPU'],
  [`${WEB}restart: always`, '6:14: restart is never, on-exit, or '],
  [`${WEB}restart: { on-exit: [256] }`, '6:26: a status is a number from 0 to 255'],
  [`${WEB}arguments: [80]`, '6:17: an argument is text; put it in quotes'],
  [`${WEB}arguments: ["${'a'.repeat(9000)}"]`, '6:16: foo:web: the arguments together'],
  [`${WEB}addName: "yes"`, '6:14: addName is true or false'],
  [`${WEB}state: exited`, '6:12: state is running or stopped'],
  [`${WEB}networks: { a: { mac: "1" } }`, '6:20: network a: "1" is no MAC address'],
  [`${WEB}blocks: { a: { sectorBytes: 3 } }`, '6:18: block a: a sector has a power of two'],
];
