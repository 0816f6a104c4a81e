/** In one line of printable ASCII: what others wrote may be anything. */
export function printable(text: string): string {
  return text.replaceAll(/[^ -~]/gu, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`);
}
