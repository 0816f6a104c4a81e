import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readConfig } from './config.ts';

const tenderUids = (text: string) => readConfig({ ALBATROSS_TENDER_UIDS: text }, 0).tenderUids;

describe('readConfig', () => {
  it('has the folders of the system and a range of users, for root', () => {
    assert.deepEqual(readConfig({ PATH: '/bin' }, 0), {
      folders: { conf: '/etc/albatross', run: '/run/albatross', state: '/var/lib/albatross' },
      logLevel: 'info',
      path: '/bin',
      nameForm: 'label',
      zvolPaths: [],
      tenderUids: { first: 700_000, count: 65_536 },
    });
  });

  it('has all folders below one, and no other users, for an ordinary user', () => {
    const config = readConfig({ ALBATROSS_DIR: '/home/somebody/albatross' }, 1000);
    assert.deepEqual(config.folders, {
      conf: '/home/somebody/albatross/etc',
      run: '/home/somebody/albatross/run',
      state: '/home/somebody/albatross/lib',
    });
    assert.equal(config.tenderUids, null);
  });

  it('tells guests their label, or their whole name, and nothing else', () => {
    const nameForm = (text: string) => readConfig({ ALBATROSS_NAME_FORM: text }, 0).nameForm;
    assert.equal(nameForm('full'), 'full');
    assert.throws(() => nameForm('long'), { name: 'StartError', message: /label or full/ });
  });

  it('lets ZFS volumes be used in the paths it is told, and no others', () => {
    const zvolPaths = (text: string) => readConfig({ ALBATROSS_ZVOL_PATHS: text }, 0).zvolPaths;
    assert.deepEqual(zvolPaths(' foo:bar:  : '), ['foo:bar:', ':']);
    for (const wrong of ['foo', 'foo: bar', 'foo::', '*']) {
      assert.throws(() => zvolPaths(wrong), { name: 'StartError', message: /it holds paths/ });
    }
  });

  it('looks for tenders somewhere even without PATH', () => {
    assert.notEqual(readConfig({}, 0).path, '');
  });

  it('reads the range of users', () => {
    assert.deepEqual(tenderUids('4294967294:1'), { first: 4_294_967_294, count: 1 });
  });

  for (const text of [
    '',
    '700000',
    '0:10',
    '1:0',
    '-1:10',
    '1:10x',
    '4294967294:2',
    '1:4294967295',
  ])
    it(`refuses the range ${JSON.stringify(text)}`, () => {
      assert.throws(() => tenderUids(text), {
        name: 'StartError',
        message: /ALBATROSS_TENDER_UIDS/,
      });
    });

  it('refuses a log level there is none of', () => {
    assert.throws(() => readConfig({ ALBATROSS_LOG_LEVEL: 'loud' }, 0), { name: 'StartError' });
  });
});
