/** Whether each comes after the one before it. */
export function isAscending(texts: readonly string[]): boolean {
  return texts.every((text, index) => index === 0 || text > (texts[index - 1] ?? ''));
}

/** Whether each number is one more than the one before it, beginning behind `after`. */
export function isNumbered(entries: readonly { readonly seq: number }[], after: number): boolean {
  return entries.every(({ seq }, index) => seq === after + 1 + index);
}
