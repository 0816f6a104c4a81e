import { TAG, WireError, type DerReader } from '@albatross/wire';

/** Numbers above 0 of 20 bytes, which is the most there is, may have a byte of zeros before them. */
const CONTENT_BYTES_MAX = 21;

/**
 * ```asn1
 * CertificateSerialNumber ::= INTEGER
 * ```
 *
 * As it stands there, in hexadecimal: it is compared and never counted with. Throws `WireError`.
 */
export function readSerial(reader: DerReader): string {
  const { offset } = reader;
  const content = reader.content(TAG.integer);
  const [first = 0, second = 0] = content;
  const isPadded =
    content.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (content.length > 0 && content.length <= CONTENT_BYTES_MAX && !isPadded)
    return Buffer.from(content).toString('hex');
  const expected = `INTEGER of at most ${CONTENT_BYTES_MAX} bytes, in as few as possible`;
  throw new WireError({ offset, expected, found: 'another' });
}
