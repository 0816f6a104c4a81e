import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MEMORY_MIB_DEFAULT } from '../domain/unikernel.ts';
import { isFailureCode } from './failures.ts';
import { createUnikernel, unikernelDetails, unikernelSummary } from './unikernel.ts';

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
      memoryMib: MEMORY_MIB_DEFAULT,
      arguments: [],
      addName: true,
    });
  });

  it('may give the guest as many bytes as Solo5 takes, an added --name included, and not one more', () => {
    const room = 8191 - '--name=hello '.length;
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
    arguments: ['--password=x'],
  };

  it('shows no arguments in a list, even if a service puts them there', () => {
    assert.deepEqual(unikernelDetails.parse(shown).arguments, ['--password=x']);
    assert.ok(!('arguments' in unikernelSummary.parse(shown)));
  });
});
