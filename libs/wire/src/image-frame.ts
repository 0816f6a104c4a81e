import { contextTag, TAG } from './der/tag.ts';
import * as der from './der/writer.ts';
import { encodeLength } from './framing/frame.ts';
import { writeHeader, type WireHeader } from './message.ts';
import { IMAGE_TAGS } from './reply/reply.ts';

interface ImageReply {
  readonly header: WireHeader;
  readonly kind: keyof typeof IMAGE_TAGS;
  readonly compressed: boolean;
  /** Of the image. */
  readonly sizeBytes: number;
}

/**
 * The frame of a reply that is an image, up to the image, which is the last part of everything it is in:
 *
 * ```text
 * frame = length, SEQUENCE { header, reply [1] { image [6] or [7] SEQUENCE { compressed, image OCTET STRING } } }
 * ```
 *
 * Exactly `sizeBytes` of image have to follow; nobody need have them all at once. Throws `RangeError` when no
 * frame is as long as that would be.
 */
export function beginImageFrame({ header, kind, compressed, sizeBytes }: ImageReply): der.Encoded {
  const begun = (tag: number, before: der.Encoded): der.Encoded =>
    der.begun(tag, before, sizeBytes);
  const image = begun(TAG.octetString, []);
  const both = begun(TAG.sequence, [...der.boolean(compressed), ...image]);
  const reply = begun(contextTag(IMAGE_TAGS[kind]), both);
  const payload = begun(contextTag(REPLY), reply);
  const message = begun(TAG.sequence, [...writeHeader(header), ...payload]);
  return [der.concatenate([encodeLength(der.lengthOf(message) + sizeBytes), ...message])];
}

/** Of payloads. */
const REPLY = 1;
