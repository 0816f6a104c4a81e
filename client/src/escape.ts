/**
 * Text that a guest or the network wrote, as it may be shown on a terminal: control characters, which
 * could move the cursor or worse, become `\xNN`, and so do the invisible marks that reorder text.
 */
export function escapeControl(text: string): string {
  return text.replaceAll(/(?!\t)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, (c) => {
    const code = c.charCodeAt(0);
    return code < 256
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
