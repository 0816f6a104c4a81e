import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StartPlan } from '../host.ts';
import {
  destroyCommand,
  grubDeviceMap,
  loadCommand,
  runCommand,
  type BhyveGuest,
} from './bhyve-commands.ts';
import { attachTap, CREATE_TAP, destroyTap, LIST_BRIDGES, readCreatedTap } from './tap-commands.ts';
import { hvtCommand } from './tender-command.ts';

const NOT_RUN =
  'the commands of FreeBSD are compared with what its manual says: they are not run here';

const name = parseUnikernelName('foo:hello');
const inLine = (command: readonly string[]): string => command.join(' ');

describe('a tap on FreeBSD', () => {
  it('is made, attached and destroyed by ifconfig', (t) => {
    t.diagnostic(NOT_RUN);
    assert.equal(inLine(CREATE_TAP), 'ifconfig tap create');
    assert.deepEqual(
      attachTap({ tap: 'tap3', bridge: 'bridge0' }, { name, uid: 700_001 }).map(inLine),
      [
        'ifconfig tap3 description albatross:foo:hello',
        'chown 700001 /dev/tap3',
        'ifconfig tap3 up',
        'ifconfig bridge0 addm tap3',
      ],
    );
    assert.equal(attachTap({ tap: 'tap3', bridge: 'bridge0' }, { name, uid: null }).length, 3);
    assert.equal(inLine(destroyTap('tap3')), 'ifconfig tap3 destroy');
    assert.equal(inLine(LIST_BRIDGES), 'ifconfig -g bridge');
  });

  it('is called what ifconfig printed, and nothing else', () => {
    assert.equal(readCreatedTap('tap12\n'), 'tap12');
    for (const wrong of ['', 'tap12', 'em0\n', 'tap1\ntap2\n', 'tap -x\n'])
      assert.throws(() => readCreatedTap(wrong), /printed no name of a tap/);
  });
});

describe('solo5-hvt on FreeBSD', () => {
  const plan: StartPlan = {
    life: { unikernel: name, number: 7 },
    config: {
      name,
      digest: 'd'.repeat(64),
      target: 'hvt',
      abiVersion: 2,
      memoryMib: 64,
      cpus: [0, 2],
      nets: [],
      blocks: [],
      startupPriority: 50,
      restart: { kind: 'never' },
      arguments: ['--debug', 'a b'],
      addName: true,
    },
    tender: { target: 'hvt', path: '/usr/local/bin/solo5-hvt' },
    imagePath: '/var/db/albatross/lib/images/sha256/dd',
    blocks: [
      { name: 'storage', path: '/var/db/albatross/lib/block/foo:data', sectorBytes: null },
      { name: 'log', path: '/var/db/albatross/lib/block/foo:log', sectorBytes: 4096 },
    ],
    nameForm: 'label',
    uid: null,
  };

  it('is pinned by cpuset, and given devices and arguments as on Linux', (t) => {
    t.diagnostic(NOT_RUN);
    const taps = [{ device: 'service', bridge: 'bridge0', tap: 'tap3', mac: '00:80:41:00:00:01' }];
    assert.deepEqual(hvtCommand(plan, taps), [
      'cpuset',
      '-l',
      '0,2',
      '/usr/local/bin/solo5-hvt',
      '--mem=64',
      '--net:service=tap3',
      '--net-mac:service=00:80:41:00:00:01',
      '--block:storage=/var/db/albatross/lib/block/foo:data',
      '--block:log=/var/db/albatross/lib/block/foo:log',
      '--block-sector-size:log=4096',
      '--',
      '/var/db/albatross/lib/images/sha256/dd',
      '--name=hello',
      '--debug',
      'a b',
    ]);
  });
});

describe('bhyve', () => {
  const guest: BhyveGuest = {
    machine: 'alba-17',
    vcpus: 2,
    memoryMib: 512,
    nets: [
      { name: '0', tap: 'tap3', mac: '00:80:41:00:00:01' },
      { name: '1', tap: 'tap4', mac: '00:80:41:00:00:02' },
    ],
    blocks: [
      { name: '0', path: '/dev/zvol/tank/root' },
      { name: '1', path: '/var/db/albatross/lib/block/:data' },
    ],
    linuxBoot: null,
  };

  it('is loaded, run and destroyed as the original does it', (t) => {
    t.diagnostic(NOT_RUN);
    assert.equal(
      inLine(loadCommand(guest, '/map')),
      'timeout 1s bhyveload -m512m -d/dev/zvol/tank/root alba-17',
    );
    assert.equal(
      inLine(runCommand(guest)),
      'bhyve -A -H -P -s0,hostbridge -s1,lpc -s2,virtio-net,tap3,mac=00:80:41:00:00:01 ' +
        '-s3,virtio-net,tap4,mac=00:80:41:00:00:02 -s4,virtio-blk,/dev/zvol/tank/root ' +
        '-s5,virtio-blk,/var/db/albatross/lib/block/:data -lcom1,stdio -c2 -m512M alba-17',
    );
    assert.equal(inLine(destroyCommand('alba-17')), 'bhyvectl --destroy --vm=alba-17');
  });

  it('loads Linux through grub, which is told its disk in a file', () => {
    const linux = { ...guest, linuxBoot: 'msdos1' };
    assert.equal(
      inLine(loadCommand(linux, '/run/map')),
      'timeout 1s grub-bhyve -m/run/map -rhd0,msdos1 -M512 alba-17',
    );
    assert.equal(grubDeviceMap(linux), '(hd0) /dev/zvol/tank/root\n');
  });

  it('takes devices in the order of their names only, and a first disk', () => {
    const [first, second] = guest.nets;
    assert.ok(first !== undefined && second !== undefined);
    const refused = { code: 'DEVICE_INVALID' };
    assert.throws(() => runCommand({ ...guest, nets: [second, first] }), refused);
    assert.throws(() => runCommand({ ...guest, blocks: [{ name: 'root', path: '/x' }] }), refused);
    assert.throws(() => loadCommand({ ...guest, blocks: [] }, '/map'), refused);
  });
});
