/** UTF-16 units of a text of somebody else's on the page. */
export const FOREIGN_TEXT_MAX = 256;

/**
 * Text that is not ours, as a counter's name from the kernel or a net's from an image, for the value of a
 * label: bounded, well-formed, and without what would move the cursor of a terminal that shows the page,
 * which becomes `\xNN`, or `\uNNNN` for the marks that reorder text.
 */
export function shown(text: string): string {
  const bounded = text.length > FOREIGN_TEXT_MAX ? text.slice(0, FOREIGN_TEXT_MAX) : text;
  return bounded.replaceAll(UNSAFE, (c) => {
    const code = c.charCodeAt(0);
    return code < 256
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Half a pair of surrogates is no UTF-8: two different ones would be the same on the page. */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]/gu;
