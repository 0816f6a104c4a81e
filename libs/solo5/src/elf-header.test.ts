import { describe, it } from 'node:test';

import { buildImage } from './testing/build-image.ts';
import { assertRefused } from './testing/refusal.ts';

const text = (content: string): Uint8Array => Buffer.from(content, 'latin1');

describe('the file header of an image', () => {
  it('is missing from an empty file', () => {
    assertRefused(
      new Uint8Array(),
      'IMAGE_EMPTY',
      'the image is empty; expected a unikernel built for Solo5, such as dist/NAME.hvt',
      {},
    );
  });

  it('is missing from a text, whose beginning is shown escaped', () => {
    assertRefused(
      text('#!/bin/sh\n\x1b[2J"\\ \xff'),
      'IMAGE_NOT_ELF',
      'the image is not an executable: it begins with "#!/bin/sh\\n\\x1b[2J\\"\\\\"; expected a unikernel built ' +
        'for Solo5, which begins with "\\x7fELF"',
      { begins: '"#!/bin/sh\\n\\x1b[2J\\"\\\\"', size: 18 },
    );
  });

  it('is missing from a file that differs from an executable in one byte of the magic', () => {
    const image = buildImage();
    image[3] = 0x47;
    assertRefused(
      image.subarray(0, 4),
      'IMAGE_NOT_ELF',
      'the image is not an executable: it begins with "\\x7fELG"; expected a unikernel built for Solo5, ' +
        'which begins with "\\x7fELF"',
      { begins: '"\\x7fELG"', size: 4 },
    );
  });

  it('is cut short in a file that ends inside of it, even inside of the magic', () => {
    for (const available of [1, 3, 4, 63]) {
      assertRefused(
        buildImage().subarray(0, available),
        'IMAGE_TRUNCATED',
        `the image is cut short: its file header ends at byte 64, but there are only ${available} bytes; ` +
          'build or transfer it again',
        { part: 'file header', available, needed: 64 },
      );
    }
  });

  const executables = [
    ['a 32-bit program', { class: 1 }, 'class', 1, 2, '32-bit', '64-bit'],
    ['a big-endian program', { data: 2 }, 'data', 2, 1, 'big-endian', 'little-endian'],
    ['a future version', { version: 9 }, 'version', 9, 1, 'of unknown version', 'of ELF version 1'],
    [
      'another processor',
      { machine: 183 },
      'machine',
      183,
      62,
      'for AArch64 processors',
      'for x86-64 processors',
    ],
    [
      'an unheard-of processor',
      { machine: 0xffff },
      'machine',
      0xffff,
      62,
      'of unknown machine',
      'for x86-64 processors',
    ],
    [
      'a program of the host',
      { type: 3 },
      'type',
      3,
      2,
      'a position-independent executable or shared library, as programs of the host are',
      'an executable with fixed addresses',
    ],
  ] as const;
  for (const [what, header, field, found, expected, foundName, expectedName] of executables) {
    it(`refuses ${what} and says what would be right`, () => {
      assertRefused(
        buildImage({ header }),
        'IMAGE_NOT_EXECUTABLE',
        `the image is ${foundName} (ELF ${field} ${found}); a unikernel built for Solo5 is ` +
          `${expectedName} (ELF ${field} ${expected})`,
        { field, found, expected },
      );
    });
  }

  const counts = [0, 129, 0xffff];
  for (const count of counts) {
    it(`refuses to look through ${count} program segments`, () => {
      assertRefused(
        buildImage({ header: { programHeaderCount: count } }),
        'IMAGE_HEADERS_INVALID',
        `the image is damaged: it claims ${count} program segments; expected 1 to 128`,
        { field: 'program headers', found: count, maximum: 128 },
      );
    });
  }

  it('refuses headers of another size than the format has', () => {
    assertRefused(
      buildImage({ header: { headerBytes: 52 } }),
      'IMAGE_HEADERS_INVALID',
      'the image is damaged: it claims a file header of 52 bytes; expected 64',
      { field: 'file header', found: 52, expected: 64 },
    );
    assertRefused(
      buildImage({ header: { programHeaderBytes: 32 } }),
      'IMAGE_HEADERS_INVALID',
      'the image is damaged: it claims a program header of 32 bytes; expected 56',
      { field: 'program header', found: 32, expected: 56 },
    );
  });
});
