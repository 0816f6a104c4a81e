/**
 * Text that a guest or the network wrote, as it may be shown on a terminal: control characters, which
 * could move the cursor or worse, become `\xNN`, and so do the invisible marks that reorder text.
 */
export function escapeControl(text: string): string {
  return text.replaceAll(UNSAFE, (c) => {
    const code = c.charCodeAt(0);
    return code < 256
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** The same for JSON, which escapes some of them itself; it means the same afterwards. */
export function escapeJson(json: string): string {
  return json.replaceAll(UNSAFE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const UNSAFE = /(?!\t)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
