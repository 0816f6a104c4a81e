import type { Tap } from '@albatross/shared/domain/device';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import type { TenderTarget, UnikernelConfig } from '@albatross/shared/domain/unikernel';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PlannedBlock, StartPlan } from './host.ts';
import { tenderCommand, type Surroundings } from './tender-command.ts';

const unikernel = parseUnikernelName('foo:hello');
const AROUND: Surroundings = {
  groups: [],
  taps: [],
  ownCpus: [0, 1],
  blockFolder: '/var/lib/alba tross/block',
  manifest: [],
};

function planOf(
  target: TenderTarget,
  config: Partial<UnikernelConfig> = {},
  changes: Partial<StartPlan> = {},
): StartPlan {
  return {
    life: { unikernel, number: 7 },
    config: {
      name: unikernel,
      digest: 'd'.repeat(64),
      target,
      abiVersion: 2,
      memoryMib: 64,
      cpus: [0, 1],
      nets: [],
      blocks: [],
      startupPriority: 50,
      restart: { kind: 'never' },
      arguments: ['--debug', 'a b', ''],
      addName: true,
      ...config,
    },
    tender: { target, path: `/tenders/${target}` },
    imagePath: '/image',
    blocks: [],
    nameForm: 'label',
    uid: 700_001,
    ...changes,
  };
}

/** The part that is the tender's own. */
function tenderOf(plan: StartPlan, around: Partial<Surroundings> = {}): readonly string[] {
  return tenderCommand({ ...plan, uid: null }, { ...AROUND, ...around }).slice(2);
}

const tapOf = (device: string, tap: string, mac: string): Tap => {
  return { device, bridge: 'br0', tap, mac };
};
const blockOf = (name: string, sectorBytes: number | null): PlannedBlock => {
  return { name, path: `${AROUND.blockFolder}/foo:${name}`, sectorBytes };
};

describe('the command of a tender', () => {
  it('gives up every privilege first', () => {
    const command = tenderCommand(planOf('spt'), AROUND);
    assert.deepEqual(command.slice(0, 9), [
      'setpriv',
      '--reuid',
      '700001',
      '--regid',
      '700001',
      '--clear-groups',
      '--no-new-privs',
      '--inh-caps=-all',
      '/tenders/spt',
    ]);
  });

  it('keeps the groups that open its devices, and no others', () => {
    const command = tenderCommand(planOf('hvt'), { ...AROUND, groups: [104, 105] });
    assert.deepEqual(command.slice(5, 7), ['--groups', '104,105']);
    assert.ok(!command.includes('--clear-groups'));
  });

  it('has no user to change to under an ordinary one', () => {
    const command = tenderCommand({ ...planOf('spt'), uid: null }, AROUND);
    assert.deepEqual(command.slice(0, 3), ['setpriv', '--no-new-privs', '/tenders/spt']);
  });

  it('pins it to its CPUs, unless it would run on just those anyway', () => {
    const pinned = tenderCommand(planOf('spt', { cpus: [1] }), AROUND);
    assert.deepEqual(pinned.slice(0, 4), ['taskset', '-c', '1', 'setpriv']);
    const several = tenderCommand(planOf('spt', { cpus: [0, 3] }), AROUND);
    assert.deepEqual(several.slice(0, 3), ['taskset', '-c', '0,3']);
    const confined = tenderCommand(planOf('spt'), { ...AROUND, ownCpus: [0] });
    assert.deepEqual(confined.slice(0, 3), ['taskset', '-c', '0,1']);
  });

  for (const target of ['hvt', 'spt'] as const) {
    it(`ends the options of ${target} before the image, so that no argument is one`, () => {
      assert.deepEqual(tenderOf(planOf(target)), [
        `/tenders/${target}`,
        '--mem=64',
        '--',
        '/proc/self/fd/4',
        '--name=hello',
        '--debug',
        'a b',
        '',
      ]);
    });

    it(`gives ${target} its devices in the original's order`, () => {
      const blocks = [blockOf('storage', null), blockOf('log', 4096)];
      const taps = [
        tapOf('service', 'albaaaaaaaa', '00:80:41:00:00:01'),
        tapOf('back', 'albbbbbbbbb', '00:80:41:00:00:02'),
      ];
      const plan = planOf(target, { addName: false, arguments: [] }, { blocks });
      assert.deepEqual(tenderOf(plan, { taps }).slice(2), [
        '--net:service=albaaaaaaaa',
        '--net:back=albbbbbbbbb',
        '--net-mac:service=00:80:41:00:00:01',
        '--net-mac:back=00:80:41:00:00:02',
        '--block:storage=./foo:storage',
        '--block:log=./foo:log',
        '--block-sector-size:log=4096',
        '--',
        '/proc/self/fd/4',
      ]);
    });
  }

  it('names a ZFS volume by its whole path', () => {
    const blocks = [{ name: 'storage', path: '/dev/zvol/tank/web', sectorBytes: null }];
    const command = tenderOf(planOf('spt', {}, { blocks }));
    assert.equal(command[2], '--block:storage=/dev/zvol/tank/web');
  });

  it('tells the guest its whole name where that is wanted', () => {
    const command = tenderOf(planOf('spt', { arguments: [] }, { nameForm: 'full' }));
    assert.equal(command.at(-1), '--name=foo:hello');
  });

  it('adds no name where none is wanted', () => {
    const command = tenderOf(planOf('spt', { addName: false, arguments: ['x'] }));
    assert.deepEqual(command.slice(-2), ['/proc/self/fd/4', 'x']);
  });

  it('is qemu for virtio, which is given the arguments as one word', () => {
    const blocks = [blockOf('storage', null)];
    const manifest = [{ name: 'storage', kind: 'block' }] as const;
    const command = tenderOf(planOf('virtio', {}, { blocks }), { manifest });
    assert.equal(command[0], '/tenders/virtio');
    assert.ok(command.includes('id=b2,if=none,format=raw,file=./foo:storage'));
    assert.deepEqual(command.slice(-4), [
      '-kernel',
      '/proc/self/fd/4',
      '-append',
      '--name=hello --debug a b ',
    ]);
  });
});
