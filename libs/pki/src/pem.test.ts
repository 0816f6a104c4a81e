import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PemError, readPem, readPemOf } from './pem.ts';
import { writePem } from './write-pem.ts';

function assertRefused(text: string, message: string): void {
  assert.throws(
    () => readPem(text),
    (error) => {
      assert.ok(error instanceof PemError, String(error));
      assert.equal(error.message, message);
      return true;
    },
  );
}

describe('a text in PEM', () => {
  it('holds blocks, with anything for people around them', () => {
    const text = `subject=CN = ca\n-----BEGIN A-----\r\nAAEC\r\n-----END A-----\nand\n-----BEGIN B C-----\n\n-----END B C-----`;
    assert.deepEqual(
      readPem(text).map(({ label, bytes }) => [label, [...bytes]]),
      [
        ['A', [0, 1, 2]],
        ['B C', []],
      ],
    );
    assert.deepEqual(readPem('no blocks'), []);
  });

  it('has base64 in lines of any length, indented or not', () => {
    for (const body of ['AAECAw==', 'AA\nEC\nAw\n=\n=', '  AAEC \n\tAw==  '])
      assert.deepEqual(
        [...(readPem(`-----BEGIN A-----\n${body}\n-----END A-----`)[0]?.bytes ?? [])],
        [0, 1, 2, 3],
      );
  });

  it('says where it is wrong', () => {
    assertRefused('\n-----BEGIN A-----\nAAEC\n', 'line 2: A has no end');
    assertRefused(
      '-----BEGIN A-----\nAAEC\n-----END B-----',
      'line 3: expected -----END A-----, found something else',
    );
    assertRefused(
      '-----BEGIN A-----\nAAEC\n-----BEGIN A-----\nAAEC\n-----END A-----',
      'line 3: expected -----END A-----, found something else',
    );
    assertRefused(
      '-----BEGIN A\nAAEC\n-----END A-----',
      'line 1: expected -----BEGIN LABEL-----, found something else',
    );
    for (const body of [
      'A',
      'AA',
      'AAEC=',
      'AAECA',
      'AA=ECAw',
      'AAE-',
      'Proc-Type: 4,ENCRYPTED\n\nAAEC',
    ])
      assertRefused(
        `-----BEGIN A-----\n${body}\n-----END A-----`,
        'line 1: the content of this A is not base64',
      );
  });

  it('is asked for what it has to hold', () => {
    const both = writePem('A', Uint8Array.of(1)) + writePem('B', Uint8Array.of(2));
    assert.deepEqual(
      readPemOf('B', both, 'both.pem').map((bytes) => [...bytes]),
      [[2]],
    );
    assert.throws(() => readPemOf('C', both, 'both.pem'), {
      name: 'PemError',
      message: 'both.pem has no -----BEGIN C----- in it',
    });
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (all) => {
        const text = all.map((bytes) => writePem('CERTIFICATE', bytes)).join('');
        assert.deepEqual(
          readPem(text).map(({ bytes }) => [...bytes]),
          all.map((bytes) => [...bytes]),
        );
      }),
    );
  });

  it('is read or refused, whatever it is', () => {
    const piece = fc.constantFrom(
      '-----BEGIN ',
      '-----END ',
      'A',
      '-----',
      '\n',
      'AAEC',
      '=',
      '-',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        try {
          readPem(pieces.join(''));
        } catch (error) {
          assert.ok(error instanceof PemError);
        }
      }),
    );
  });
});
