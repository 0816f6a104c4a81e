import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { it } from 'node:test';
import { imageName } from './image-name.ts';
import { placeOf } from './images.ts';

const PLACE = resolve('images/hello.spt');
const NAMES: readonly (readonly [description: string | null, path: string, name: string])[] = [
  [null, 'images/hello.spt', PLACE],
  ['system.yaml', 'images/hello.spt', join('images', 'hello.spt')],
  ['/backup/system.yaml', 'images/hello.spt', PLACE],
  ['/backup/system.yaml', '/backup/images/hello.spt', join('images', 'hello.spt')],
  ['/backup/system.yaml', '/backup-of-images/hello.spt', '/backup-of-images/hello.spt'],
  ['/backup/system.yaml', '/backup/..images/hello.spt', join('..images', 'hello.spt')],
  ['/backup/yaml/system.yaml', '/backup/images/hello.spt', '/backup/images/hello.spt'],
];

it('a description names an image so that it is found from wherever the description is', () => {
  for (const [description, path, name] of NAMES) {
    assert.equal(imageName(description, path), name);
    const at = { line: 1, column: 1 };
    assert.equal(
      placeOf(description ?? '/elsewhere/system.yaml', { path: name, at }),
      resolve(path),
    );
  }
});
