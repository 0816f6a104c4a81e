import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { describe, it } from 'node:test';
import { busUrlFile, exitsFolder, foldersOf, keyFile, livesFolder } from './folders.ts';

describe('the folders', () => {
  it("are the system's when none is given", () => {
    const system = { conf: '/etc/albatross', run: '/run/albatross', state: '/var/lib/albatross' };
    assert.deepEqual(foldersOf(undefined), system);
    assert.deepEqual(foldersOf(''), system);
  });

  it('are all below a given one, which is meant as seen from where we are', () => {
    const { conf, run, state } = foldersOf('here');
    assert.deepEqual(
      [conf, run, state],
      [resolve('here/etc'), resolve('here/run'), resolve('here/lib')],
    );
  });

  it('hold what clients and the console look for where the documents say', () => {
    const folders = foldersOf(undefined);
    assert.equal(busUrlFile(folders), '/etc/albatross/bus.url');
    assert.equal(keyFile(folders, 'admin'), '/etc/albatross/keys/admin.nk');
    assert.equal(livesFolder(folders), '/run/albatross/lives');
    assert.equal(exitsFolder(folders), '/run/albatross/exits');
  });
});
