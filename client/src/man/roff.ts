/** Text of a manual page, in the macros of man(7). */

/** One line of text, whatever is in it. */
export function roffText(text: string): string {
  const inner = text.replaceAll('\\', String.raw`\e`).replaceAll('-', String.raw`\-`);
  return /^[.']/.test(inner) ? String.raw`\&${inner}` : inner;
}

/** A heading, `NAME` for instance. */
export function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`.SH ${roffArgument(title)}`, ...lines];
}

/** A term, and indented below it what it means. */
export function definition(term: string, meaning: string): readonly string[] {
  return ['.TP', String.raw`\fB${roffText(term).replace(/^\\&/, '')}\fR`, ...filled(meaning)];
}

/** One word of a macro's arguments. */
export function roffArgument(text: string): string {
  return `"${roffText(text).replaceAll('"', String.raw`\(dq`)}"`;
}

/** Lines that stand as they are where they are indented, and are filled where they are not. */
export function roffLines(text: string): readonly string[] {
  const lines: string[] = [];
  let isIndented = false;
  for (const line of text.split('\n')) {
    if (line.trim() === '') {
      if (!isIndented && lines.length > 0) lines.push('.PP');
      continue;
    }
    const isNext = line.startsWith('  ');
    if (isNext !== isIndented) {
      if (isNext && lines.at(-1) === '.PP') lines.pop();
      if (isNext && lines.length > 0) lines.push('.PP');
      lines.push(...(isNext ? ['.nf', '.RS 4'] : ['.RE', '.fi', '.PP']));
    }
    isIndented = isNext;
    lines.push(roffText(isNext ? line.slice(2) : line));
  }
  if (isIndented) lines.push('.RE', '.fi');
  return lines.at(-1) === '.PP' ? lines.slice(0, -1) : lines;
}

function filled(text: string): readonly string[] {
  return text === '' ? ['.br'] : [roffText(text)];
}
