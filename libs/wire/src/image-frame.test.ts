import { parseName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { concatenate } from './der/writer.ts';
import { encodeFrame, FRAME_BYTES_MAX } from './framing/frame.ts';
import { beginImageFrame } from './image-frame.ts';
import { encodeMessage } from './message.ts';

const header = { sequence: 7n, name: parseName('tenant:hello') };
const kinds = ['unikernel-image', 'old-block-device-image'] as const;

describe('the beginning of a frame with an image', () => {
  it('with the image behind it is the whole frame', () => {
    // Around every size at which one of the lengths has one byte more.
    const sizes = [128, 256, 65_536, 2 ** 24].flatMap((edge) =>
      [0, -1, -3, -7, -20, -40, -60].map((less) => edge + less),
    );
    for (const kind of kinds)
      for (const sizeBytes of [0, 1, ...sizes]) {
        const image = new Uint8Array(sizeBytes).fill(3);
        const compressed = sizeBytes % 2 === 0;
        const reply = { kind, compressed, image };
        const whole = encodeFrame(encodeMessage({ header, payload: { kind: 'reply', reply } }));
        const begun = beginImageFrame({ header, kind, compressed, sizeBytes });
        const isSame = Buffer.from(concatenate([...begun, image])).equals(concatenate(whole));
        assert.ok(isSame, `${kind} of ${sizeBytes}`);
      }
  });

  it('is none for more than a frame can hold', () => {
    const begin = (sizeBytes: number) => () =>
      beginImageFrame({ header, kind: 'unikernel-image', compressed: false, sizeBytes });
    begin(FRAME_BYTES_MAX - 100)();
    assert.throws(begin(FRAME_BYTES_MAX), RangeError);
  });
});
