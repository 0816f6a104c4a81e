import type { ScreenLine, Size } from './top-screen.ts';

/** To another screen without history, without a cursor, and without breaking lines. */
export const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l';
/** And back. */
export const LEAVE = '\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l';

const HOME = '\x1b[H';
const CLEAR_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';
const NORMAL = '\x1b[0m';
const LOOKS: Readonly<Record<ScreenLine['look'], string>> = {
  plain: '',
  heading: '\x1b[7m',
  warning: '\x1b[1;31m',
  faint: '\x1b[2m',
};

/**
 * The lines as one write. Nothing is cleared before it is written again, so that nothing flickers; and no
 * full line is cleared behind its end, because there the cursor still stands on its last character.
 */
export function frameOf(
  lines: readonly ScreenLine[],
  { columns }: Pick<Size, 'columns'>,
  { isColoured }: { readonly isColoured: boolean },
): string {
  const written = lines.map(({ text, look }) => {
    const styled = isColoured && look !== 'plain' ? `${LOOKS[look]}${text}${NORMAL}` : text;
    return text.length < columns ? `${styled}${CLEAR_LINE}` : styled;
  });
  return `${HOME}${written.join('\r\n')}${lines.at(-1)?.text.length === columns ? '' : CLEAR_BELOW}`;
}
