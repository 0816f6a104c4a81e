import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { concatenate, type Encoded } from './der/writer.ts';
import { decodeMessage, encodeMessage, type WireMessage } from './message.ts';
import { message as anyMessage } from './testing/arbitrary-message.ts';
import { assertRefused, readOrRefuse } from './testing/asserts.ts';
import { COMMANDS } from './testing/command-vectors.ts';
import { hex } from './testing/hex.ts';
import { inOrder } from './testing/in-order.ts';
import { MINIMAL } from './testing/minimal-config.ts';
import { ANSWERS } from './testing/reply-vectors.ts';

function encode(message: WireMessage): Uint8Array {
  return concatenate(encodeMessage(message));
}

describe('a message', () => {
  for (const { what, bytes, message } of [...COMMANDS, ...ANSWERS])
    it(`with ${what} is read and written as the original does`, () => {
      assert.deepEqual(decodeMessage(bytes), message);
      assert.deepEqual(encode(message), bytes);
    });

  it('that is written is read as it was, but for the order of its devices', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const bytes = encode(message);
        const read = decodeMessage(bytes);
        assert.deepEqual(inOrder(read), inOrder(message));
        assert.deepEqual(encode(read), bytes);
      }),
      { numRuns: 500 },
    );
  });

  it('is refused at every length but the whole', () => {
    for (const { what, bytes } of [...COMMANDS, ...ANSWERS])
      for (let length = 0; length < bytes.length; length += 1)
        assert.equal(readOrRefuse(bytes.subarray(0, length), decodeMessage), null, what);
  });

  it('has a sequence with a sign', () => {
    const bytes = hex('301a 3010 020105 0408ffffffffffffffff 0c013a a006a304b3020500');
    const { header } = decodeMessage(bytes);
    assert.deepEqual(header, { sequence: -1n, name: ':' });
  });

  it('is of the fifth version', () => {
    for (const [version, found] of [
      ['020104', '4, of albatross before 1.5'],
      ['020103', '3, of albatross before 1.5'],
      ['020106', '6'],
      ['0201ff', '-1'],
    ] as const)
      // The names of other versions were no text: the version has to be seen before they are.
      assertRefused(
        () =>
          decodeMessage(hex(`301a 3010 ${version} 04080000000000000000 3001ff a006a304b3020500`)),
        `at byte 4: expected version 5, found ${found}`,
      );
  });

  it('is refused when it is anything else', () => {
    const header = '3010 020105 04080000000000000000 0c013a';
    const refused: Readonly<Record<string, string>> = {
      '': 'at byte 0: expected SEQUENCE, found the end',
      [`3012 ${header}`]: 'at byte 20: expected [0] or [1] or [2] or [3], found the end',
      [`3016 ${header} a4020500`]: 'at byte 20: expected [0] or [1] or [2] or [3], found [4]',
      [`3016 ${header} a3020500`]: 'at byte 22: expected [1] or [3] or [4], found NULL',
      [`3018 ${header} a304a2020500`]: 'at byte 22: expected [1] or [3] or [4], found [2]',
      [`3018 ${header} a104a3020500`]:
        'at byte 22: expected [0] or [1] or [2] or [4] or [6] or [7] or [9] or [10] or [11] or [12] or [13], found [3]',
      [`3018 ${header} a2020c00 0500`]: 'at byte 24: expected the end, found more bytes',
      '3013 300d 020105 04050000000000 0c013a a2020c00':
        'at byte 7: expected OCTET STRING of 8 bytes, found 5 bytes',
      '3017 3011 020105 0409000000000000000000 0c013a a2020c00':
        'at byte 7: expected OCTET STRING of 8 bytes, found 9 bytes',
      '3015 300f 020105 04080000000000000000 0c00 a2020c00':
        'at byte 17: expected name, found a name may not be empty; the root is written ":"',
    };
    for (const [text, message] of Object.entries(refused))
      assertRefused(() => decodeMessage(hex(text)), message);
  });

  it('with what is no text, in a failure, is more than we can tell', () => {
    assertRefused(
      () => decodeMessage(hex('3017 3010 020105 04080000000000000000 0c013a a2030c01ff')),
      'at byte 22: expected text in UTF-8, found other bytes',
      'unrepresentable',
    );
  });

  it('with a line of a console may have any bytes', () => {
    const line = hex('ff00c3');
    const payload = { kind: 'data', data: { kind: 'console', at: 0, line } } as const;
    const message: WireMessage = { header: { sequence: 0n, name: MESSAGE_NAME }, payload };
    assert.deepEqual(decodeMessage(encode(message)), message);
  });
});

const MESSAGE_NAME = decodeMessage(hex('301a3010020105040800000000000000000c013aa006a304b3020500'))
  .header.name;

describe('an image', () => {
  const image = new Uint8Array(1 << 20);
  const create: WireMessage = {
    header: { sequence: 0n, name: MESSAGE_NAME },
    payload: {
      kind: 'command',
      command: { kind: 'unikernel-create', config: { ...MINIMAL, image } },
    },
  };

  it('is not copied when a message is written', () => {
    const pieces: Encoded = encodeMessage(create);
    assert.deepEqual(
      pieces.map((piece) => piece === image),
      [false, true, false],
    );
  });

  it('is a view of the message that is read', () => {
    const bytes = encode(create);
    const { payload } = decodeMessage(bytes);
    assert.ok(payload.kind === 'command' && payload.command.kind === 'unikernel-create');
    assert.equal(payload.command.config.image.buffer, bytes.buffer);
  });
});
