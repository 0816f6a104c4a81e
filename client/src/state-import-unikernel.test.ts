import { Failure, type FailureCode } from '@albatross/shared/contracts/failures';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import type { WireConfig } from '@albatross/wire';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planImport } from './state-import.ts';
import { runningUnikernel, stateOf, systemOf, writtenConfig } from './testing/state-entries.ts';
import { assertRefused, net, planOf, stepFor } from './testing/state-plan.ts';

describe('a unikernel of the state', () => {
  it('is imported as it is', () => {
    const { action, request } = stepFor({
      compressed: true,
      startup: 10,
      addName: false,
      fail: { kind: 'restart', codes: [0, 2] },
      cpuids: [0, 1],
      memory: 64,
      blocks: [
        { name: 'storage', device: 'data', sectorSize: 512 },
        { name: 'b2', device: null, sectorSize: null },
      ],
      nets: [{ name: 'service', bridge: null, mac: null }],
      arguments: ['--a=b'],
    });
    assert.deepEqual(action, { kind: 'import' });
    assert.deepEqual(request?.body, {
      name: 'hello',
      compressed: true,
      memoryMib: 64,
      cpus: [0, 1],
      nets: [{ name: 'service' }],
      blocks: [{ name: 'storage', device: 'data', sectorBytes: 512 }, { name: 'b2' }],
      startupPriority: 10,
      restart: { kind: 'on-exit', statuses: [0, 2] },
      arguments: ['--a=b'],
      addName: false,
    });
  });

  it('is restarted after the same statuses as before', () => {
    const after = (codes: readonly number[]): unknown =>
      stepFor({ fail: { kind: 'restart', codes } }).request?.body.restart;
    assert.deepEqual(after([]), { kind: 'on-exit', statuses: [] });
    assert.deepEqual(after([-1, 7, 300]), { kind: 'on-exit', statuses: [7] });
    // None of these ever happens, so nothing is ever restarted.
    assert.deepEqual(after([-1, 300]), { kind: 'never' });
  });

  it('that is before all others stays so', () => {
    assert.equal(stepFor({ startup: -7 }).request?.body.startupPriority, 0);
  });

  it('that we do not take is refused with its reason', () => {
    const refused = (changes: Partial<WireConfig>, code: FailureCode, message: RegExp): void =>
      assertRefused(stepFor(changes).action, code, message);
    refused({ typ: 'bhyve' }, 'HYPERVISOR_UNSUPPORTED', /bhyve/);
    refused({ memory: -17_592_186_044_384 }, 'MEMORY_INVALID', /-17592186044384 is not$/);
    refused({ memory: 0 }, 'MEMORY_INVALID', /0 is not$/);
    refused({ cpuids: [] }, 'CPUS_INVALID', /at least one CPU/);
    refused({ nets: [net('a b')] }, 'DEVICE_INVALID', /"a b" is no name of a bridge/);
    refused({ nets: [net('service', 'ff:ff:ff:ff:ff:ff')] }, 'DEVICE_INVALID', /group of devices/);
    refused({ nets: [net('a'), net('b')] }, 'DEVICE_INVALID', /given twice/);
    const block = { name: 'storage', device: 'a:b', sectorSize: null };
    refused({ blocks: [block] }, 'DEVICE_INVALID', /"a:b" is no block device/);
    refused({ arguments: ['x'.repeat(9000)] }, 'ARGUMENTS_INVALID', /at most 8191 bytes/);
    refused({ arguments: ['a\0b'] }, 'REQUEST_INVALID', /an argument holds no NUL/);
  });

  it('with the name of a path is refused', () => {
    const state = stateOf({ unikernels: { 'foo:': writtenConfig() } });
    const [step] = planOf(state).unikernels;
    assertRefused(step?.action, 'NAME_INVALID', /^foo: is a path/);
  });

  it('whose image is of no use is refused', () => {
    const state = stateOf({ unikernels: { hello: writtenConfig() } });
    const damaged = new Failure('COMPRESSION_INVALID', 'the bytes are no zlib stream');
    const images = new Map(
      state.unikernels.flatMap((one) => (one.kind === 'read' ? [[one.value, damaged]] : [])),
    );
    const [step] = planImport(state, images, null).unikernels;
    assert.deepEqual(step?.action, { kind: 'refuse', failure: damaged });
  });

  it('leaves out what only bhyve uses, and says so', () => {
    const { action, notes, request } = stepFor({ vcpus: 2, linuxBoot: 'msdos1' });
    assert.deepEqual(action, { kind: 'import' });
    assert.deepEqual(notes, [
      'left out, as only bhyve uses it: 2 CPUs inside the guest, the boot partition msdos1',
    ]);
    assert.equal(request?.config.vcpus, 1);
  });

  it('says what the machine does not have, and who has what it needs', () => {
    const block = (device: string): WireConfig['blocks'][number] => ({
      name: device,
      device: device === 'vol' ? '/dev/zvol/vol' : device,
      sectorSize: null,
    });
    const written = writtenConfig({
      cpuids: [1, 9],
      nets: [net('gone')],
      blocks: ['lacking', 'own', 'taken', 'broken', 'vol'].map(block),
    });
    const entry = (label: string, usedBy: string | null, fault: string | null) => ({
      name: parseUnikernelName(`foo:${label}`),
      sizeMib: 1,
      usedBy: usedBy === null ? null : parseUnikernelName(usedBy),
      fault,
    });
    const system = systemOf({
      blocks: [
        entry('own', 'foo:hello', null),
        entry('taken', 'foo:other', null),
        entry('broken', null, 'its file is missing'),
      ],
    });
    const [step] = planOf(stateOf({ unikernels: { 'foo:hello': written } }), system).unikernels;
    assert.deepEqual(step?.notes, [
      'CPU 9 is not there',
      'the bridge gone is not there',
      'the block device foo:lacking is not there',
      'foo:other has the block device foo:taken',
      'the block device foo:broken cannot be used: its file is missing',
    ]);
  });

  it('that is there already, in any order of devices, is left alone', () => {
    const written: Partial<WireConfig> = {
      fail: { kind: 'restart', codes: [0, 2] },
      nets: [net('service'), { name: 'admin', bridge: null, mac: '02:00:00:00:00:01' }],
      arguments: ['--a=b'],
    };
    const running = runningUnikernel('hello', {
      state: 'exited',
      restart: { kind: 'on-exit', statuses: [2, 0] },
      nets: [
        { name: 'admin', bridge: 'admin', mac: '02:00:00:00:00:01', tap: null },
        // Derived from the device and the name.
        { name: 'service', bridge: 'service', mac: '00:80:41:cd:8a:eb', tap: 'tap0' },
      ],
      arguments: ['--a=b'],
    });
    const { action } = stepFor(written, systemOf({ unikernels: [running] }));
    assert.deepEqual(action, { kind: 'skip', why: 'already there' });
  });

  it('does not replace another one, and says what is different', () => {
    const differences: Readonly<Record<string, Partial<WireConfig>>> = {
      memory: { memory: 33 },
      'set of CPUs': { cpuids: [1] },
      'start-up priority': { startup: 1 },
      'restart rule': { fail: { kind: 'restart', codes: [] } },
      'choice of --name': { addName: false },
      'list of arguments': { arguments: ['x'] },
      'list of network devices': { nets: [net('service')] },
      'list of block devices': { blocks: [{ name: 'b', device: null, sectorSize: null }] },
    };
    for (const [difference, changes] of Object.entries(differences)) {
      const system = systemOf({ unikernels: [runningUnikernel('hello')] });
      const { action } = stepFor(changes, system);
      assertRefused(action, 'UNIKERNEL_EXISTS', new RegExp(`there with another ${difference};`));
    }
    const other = runningUnikernel('hello', { digest: 'e'.repeat(64), memoryMib: 1 });
    const { action } = stepFor({}, systemOf({ unikernels: [other] }));
    assertRefused(action, 'UNIKERNEL_EXISTS', /another image, memory;/);
  });
});
