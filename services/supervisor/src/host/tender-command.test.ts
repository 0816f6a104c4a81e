import { parseUnikernelName } from '@albatross/shared/domain/name';
import type { TenderTarget, UnikernelConfig } from '@albatross/shared/domain/unikernel';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StartPlan } from './host.ts';
import { tenderCommand } from './tender-command.ts';

const unikernel = parseUnikernelName('foo:hello');

function planOf(target: TenderTarget, changes: Partial<UnikernelConfig> = {}): StartPlan {
  const config: UnikernelConfig = {
    name: unikernel,
    digest: 'd'.repeat(64),
    target,
    abiVersion: 2,
    memoryMib: 64,
    arguments: ['--debug', 'a b', ''],
    addName: true,
    ...changes,
  };
  const tender = { target, path: `/tenders/${target}` };
  return { life: { unikernel, number: 7 }, config, tender, imagePath: '/image', uid: 700_001 };
}

describe('the command of a tender', () => {
  it('gives up every privilege first', () => {
    const command = tenderCommand(planOf('spt'), []);
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
    const command = tenderCommand(planOf('hvt'), [104, 105]);
    assert.deepEqual(command.slice(5, 7), ['--groups', '104,105']);
    assert.ok(!command.includes('--clear-groups'));
  });

  it('has no user to change to under an ordinary one', () => {
    const command = tenderCommand({ ...planOf('spt'), uid: null }, []);
    assert.deepEqual(command.slice(0, 3), ['setpriv', '--no-new-privs', '/tenders/spt']);
  });

  for (const target of ['hvt', 'spt'] as const) {
    it(`ends the options of ${target} before the image, so that no argument is one`, () => {
      const command = tenderCommand({ ...planOf(target), uid: null }, []).slice(2);
      assert.deepEqual(command, [
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
  }

  it('adds no name where none is wanted', () => {
    const command = tenderCommand(planOf('spt', { addName: false, arguments: ['x'] }), []);
    assert.deepEqual(command.slice(-2), ['/proc/self/fd/4', 'x']);
  });

  it('hands qemu the arguments as one word', () => {
    const command = tenderCommand({ ...planOf('virtio'), uid: null }, []).slice(2);
    assert.equal(command[0], '/tenders/virtio');
    assert.deepEqual(command.slice(-6), [
      '-m',
      '64',
      '-kernel',
      '/proc/self/fd/4',
      '-append',
      '--name=hello --debug a b ',
    ]);
    for (const needed of ['acpi=off', 'isa-debug-exit', '-nodefaults', 'tcg'])
      assert.ok(command.includes(needed), needed);
  });
});
