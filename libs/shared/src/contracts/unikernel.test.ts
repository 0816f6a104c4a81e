import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MEMORY_MIB_DEFAULT } from '../domain/unikernel.ts';
import { isFailureCode } from './failures.ts';
import { createUnikernel, unikernelDetails } from './unikernel.ts';
import { unikernelSummary } from './unikernel-list.ts';

const least = { id: 'request-1', name: ':Hello', blob: '0'.repeat(32) };

/** The failure codes that a body is refused with; the general one where none is declared. */
function refusedWith(body: unknown): readonly string[] {
  const issues = createUnikernel.body.safeParse(body).error?.issues ?? [];
  return issues.map((issue) => {
    const code: unknown = issue.code === 'custom' ? issue.params?.['failure'] : undefined;
    return isFailureCode(code) ? code : 'REQUEST_INVALID';
  });
}

describe('a request to create a unikernel', () => {
  it('needs no more than an id, a name and an image', () => {
    assert.deepEqual(createUnikernel.body.parse(least), {
      id: 'request-1',
      name: 'hello',
      blob: '0'.repeat(32),
      compressed: false,
      force: false,
      start: true,
      hypervisor: 'solo5',
      memoryMib: MEMORY_MIB_DEFAULT,
      cpus: [0],
      nets: [],
      blocks: [],
      startupPriority: 50,
      restart: { kind: 'never' },
      arguments: [],
      addName: true,
      vcpus: 1,
    });
  });

  it('may give the guest as many bytes as Solo5 takes, the longest added --name included, and not one more', () => {
    const room = 8191 - '--name=:hello '.length;
    assert.deepEqual(refusedWith({ ...least, arguments: ['x'.repeat(room)] }), []);
    assert.deepEqual(refusedWith({ ...least, arguments: ['x'.repeat(room + 1)] }), [
      'ARGUMENTS_INVALID',
    ]);
    const alone = { ...least, addName: false };
    assert.deepEqual(refusedWith({ ...alone, arguments: ['x'.repeat(8191)] }), []);
    assert.deepEqual(refusedWith({ ...alone, arguments: ['x'.repeat(8192)] }), [
      'ARGUMENTS_INVALID',
    ]);
  });

  it('counts the bytes of arguments, not their characters, and the spaces between them', () => {
    const alone = { ...least, addName: false };
    assert.deepEqual(refusedWith({ ...alone, arguments: ['é'.repeat(4095)] }), []);
    assert.deepEqual(refusedWith({ ...alone, arguments: ['é'.repeat(4096)] }), [
      'ARGUMENTS_INVALID',
    ]);
    const ones = (count: number): string[] => Array.from({ length: count }, () => 'x');
    assert.deepEqual(refusedWith({ ...alone, arguments: ones(4096) }), []);
    assert.deepEqual(refusedWith({ ...alone, arguments: ones(4097) }), ['ARGUMENTS_INVALID']);
  });

  it('is refused with an argument that holds a NUL, which no program can be given', () => {
    assert.deepEqual(refusedWith({ ...least, arguments: ['a\0b'] }), ['REQUEST_INVALID']);
  });

  it('is refused with values that cannot be meant, and nothing of it gets in', () => {
    const wrong: readonly [object, string][] = [
      [{ memoryMib: 0 }, 'MEMORY_INVALID'],
      [{ memoryMib: 2 ** 60 }, 'MEMORY_INVALID'],
      [{ memoryMib: -17_592_186_044_384 }, 'MEMORY_INVALID'],
      [{ cpus: [] }, 'CPUS_INVALID'],
      [{ cpus: [-1] }, 'CPUS_INVALID'],
      [{ nets: [{ name: 'a' }, { name: 'a' }] }, 'DEVICE_INVALID'],
      [{ nets: [{ name: 'a', mac: 'ff:ff:ff:ff:ff:ff' }] }, 'DEVICE_INVALID'],
      [{ blocks: [{ name: 'a', sectorBytes: 7 }] }, 'DEVICE_INVALID'],
      [{ startupPriority: -1 }, 'REQUEST_INVALID'],
      [{ restart: { kind: 'on-exit', statuses: [256] } }, 'REQUEST_INVALID'],
      [{ force: true, start: false }, 'REQUEST_INVALID'],
      [{ more: 1 }, 'REQUEST_INVALID'],
    ];
    for (const [part, code] of wrong) assert.deepEqual(refusedWith({ ...least, ...part }), [code]);
  });

  it('is refused with codes that the contract has', () => {
    const codes = [
      ...refusedWith({ ...least, memoryMib: -1 }),
      ...refusedWith({ ...least, arguments: ['x'.repeat(8192)] }),
    ];
    assert.deepEqual(codes, ['MEMORY_INVALID', 'ARGUMENTS_INVALID']);
    for (const code of codes) assert.ok(createUnikernel.failures.some((one) => one === code));
  });
});

describe('a unikernel in a reply', () => {
  const shown = {
    name: 'hello',
    state: 'running',
    target: 'spt',
    pid: 7,
    memoryMib: 32,
    digest: '0'.repeat(64),
    startedAt: 1_700_000_000_000,
    restarts: 0,
    exit: null,
    lastExit: null,
    cpus: [0],
    nets: [],
    blocks: [],
    startupPriority: 50,
    restart: { kind: 'never' },
    arguments: ['--password=x'],
    addName: true,
    nextTryAt: null,
    why: null,
    pastLives: [],
  };

  it('shows no arguments in a list, even if a service puts them there', () => {
    assert.deepEqual(unikernelDetails.parse(shown).arguments, ['--password=x']);
    assert.ok(!('arguments' in unikernelSummary.parse(shown)));
  });

  it('may come from a supervisor that does not tell yet how the last life ended, and when it tries next', () => {
    const { lastExit: _, nextTryAt: __, ...older } = shown;
    const { lastExit, nextTryAt } = unikernelSummary.parse(older);
    assert.deepEqual([lastExit, nextTryAt], [null, null]);
  });
});
