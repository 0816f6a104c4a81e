export interface UsageSource {
  readonly name: string;
  /** What it does, in a few words. */
  readonly summary: string;
  /** What it prints with `--help`. */
  readonly usage: string;
  /** As 2026-01-31. */
  readonly day: string;
}

/** A manual page, in the macros of man(7), of a program that has nothing but a text of its usage. */
export function usagePage({ name, summary, usage, day }: UsageSource): string {
  const text = usage
    .trimEnd()
    .split('\n')
    .map((line) => line.replaceAll('\\', String.raw`\e`).replaceAll('-', String.raw`\-`))
    .map((line) => (/^[.']/.test(line) ? String.raw`\&${line}` : line));
  const shown = name.replaceAll('-', String.raw`\-`);
  return [
    `.TH "${shown.toUpperCase()}" 1 "${day}" albatross "albatross"`,
    '.SH NAME',
    String.raw`${shown} \- ${summary}`,
    '.SH USAGE',
    '.nf',
    ...text,
    '.fi',
    '.SH "SEE ALSO"',
    String.raw`\fBalbatross\fR(1)`,
    '',
  ].join('\n');
}
