import { parseGeneralizedTime, TAG, WireError, type DerReader } from '@albatross/wire';

/**
 * ```abnf
 * Time            = UTCTime / GeneralizedTime     ; each under its own tag
 * UTCTime         = 2DIGIT month-to-second "Z"    ; 50 to 99 are years from 1950, 00 to 49 from 2000
 * GeneralizedTime = 4DIGIT month-to-second "Z"
 * month-to-second = 2DIGIT 2DIGIT 2DIGIT 2DIGIT 2DIGIT
 * ```
 *
 * As RFC 5280 has them: in UTC, with seconds and without fractions. Milliseconds since 1970. Throws
 * `WireError`.
 */
export function readTime(reader: DerReader): number {
  const { offset } = reader;
  const { tag, content } = reader.any();
  const isShort = tag === UTC_TIME;
  const length = isShort ? 13 : 15;
  const isTime = isShort || tag === TAG.generalizedTime;
  const text = isTime && content.length === length ? ASCII.decode(content) : '';
  const at = /^\d+Z$/.test(text)
    ? parseGeneralizedTime(isShort ? `${centuryOf(text)}${text}` : text)
    : null;
  if (at !== null) return at;
  const expected = 'UTCTime (YYMMDDhhmmssZ) or GeneralizedTime (YYYYMMDDhhmmssZ)';
  throw new WireError({ offset, expected, found: 'another value' });
}

const UTC_TIME = 0x17;
const ASCII = new TextDecoder('latin1');

function centuryOf(text: string): '19' | '20' {
  return text >= '5' ? '19' : '20';
}
