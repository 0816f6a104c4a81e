/**
 * Text that a guest or the network wrote, as it may be shown on a terminal. Control characters, which could
 * move the cursor or worse, become `\xNN`; those above ASCII, invisible marks that reorder or hide text,
 * and halves of a pair become `\uNNNN` or `\u{NNNNN}`. The result is one line and valid UTF-8.
 */
export function escapeControl(text: string): string {
  return PLAIN.test(text) ? text : text.replaceAll(unsafe(), (c) => escaped(c.codePointAt(0) ?? 0));
}

/** The same of several lines. */
export function escapeLines(text: string): string {
  return text.split('\n').map(escapeControl).join('\n');
}

/** The same of bytes that need not be UTF-8; a byte that is not becomes `\xNN`. */
export function escapeBytes(bytes: Uint8Array): string {
  return escapeControl(readUtf8(bytes) ?? showInvalid(bytes));
}

/** The text of bytes; null when they are not UTF-8. */
export function readUtf8(bytes: Uint8Array): string | null {
  try {
    return UTF8.decode(bytes);
  } catch {
    return null;
  }
}

/** The same for JSON, which escapes some of them itself; it means the same afterwards. */
export function escapeJson(json: string): string {
  if (PLAIN.test(json)) return json;
  return json.replaceAll(unsafe(), (c) =>
    Array.from({ length: c.length }, (_, index) => unit(c.charCodeAt(index))).join(''),
  );
}

const PLAIN = /^[\t\x20-\x7e]*$/;

/**
 * Controls but the tab, line and paragraph separators, halves of a surrogate pair, and what is invisible:
 * marks of direction, tags, annotations, spaces of no width. Not the two joiners, which scripts and emoji
 * need, and which change nothing but the letters beside them.
 */
const unsafe = madeOnce(
  () =>
    /(?![\t\u200c\u200d])(?:[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\ufff9-\ufffb]|(?=\p{Cf})\p{Default_Ignorable_Code_Point})/gu,
);

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function escaped(code: number): string {
  if (code < 0x80) return byte(code);
  return code <= 0xffff ? unit(code) : `\\u{${code.toString(16)}}`;
}

const byte = (code: number): string => `\\x${code.toString(16).padStart(2, '0')}`;
const unit = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`;

function showInvalid(bytes: Uint8Array): string {
  const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  return latin1.replaceAll(validOrByte(), (part, valid?: string) =>
    valid === undefined ? byte(part.charCodeAt(0)) : Buffer.from(part, 'latin1').toString('utf8'),
  );
}

/**
 * ```abnf
 * UTF8-char = %x00-7F / UTF8-2 / UTF8-3 / UTF8-4                        ; RFC 3629
 * UTF8-2    = %xC2-DF tail
 * UTF8-3    = %xE0 %xA0-BF tail / %xE1-EC 2tail / %xED %x80-9F tail / %xEE-EF 2tail
 * UTF8-4    = %xF0 %x90-BF 2tail / %xF1-F3 3tail / %xF4 %x80-8F 2tail
 * tail      = %x80-BF
 * ```
 */
const validOrByte = madeOnce(
  () =>
    new RegExp(
      `(${[
        '[\\x00-\\x7f]',
        '[\\xc2-\\xdf]T',
        '\\xe0[\\xa0-\\xbf]T',
        '[\\xe1-\\xec\\xee\\xef]TT',
        '\\xed[\\x80-\\x9f]T',
        '\\xf0[\\x90-\\xbf]TT',
        '[\\xf1-\\xf3]TTT',
        '\\xf4[\\x80-\\x8f]TT',
      ]
        .join('|')
        .replaceAll('T', '[\\x80-\\xbf]')})|[^]`,
      'g',
    ),
);

/** V8 takes a millisecond for the sets of Unicode; most of what is shown is plain. */
function madeOnce(make: () => RegExp): () => RegExp {
  let made: RegExp | null = null;
  return () => (made ??= make());
}
