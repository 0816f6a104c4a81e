import { escapeControl } from '@albatross/shared/runtime/escape';
import { styleText } from 'node:util';

/** How a word stands out, where there are colours. */
export type Look = 'heading' | 'good' | 'waiting' | 'bad' | 'faint';

/** A line, or a part of one: as it is, or with words that stand out. */
export type Line = string | Painted;

export function painted(look: Look, text: string): Painted {
  return new Painted([{ look, text }]);
}

interface Part {
  readonly text: string;
  /** Null: as the text around it. */
  readonly look: Look | null;
}

/** Text that has no escape codes before it is shown: until then, it is measured and escaped as any other. */
export class Painted {
  readonly #parts: readonly Part[];

  constructor(parts: readonly (Part | Line)[]) {
    this.#parts = parts.flatMap((part) => {
      if (typeof part === 'string') return { text: part, look: null };
      return part instanceof Painted ? part.#parts : part;
    });
  }

  /** Whether anything in it stands out. */
  get isPlain(): boolean {
    return this.#parts.every(({ look }) => look === null);
  }

  /** What no terminal obeys, but for the colours. */
  show(isColoured: boolean): string {
    return this.#parts
      .map(({ text, look }) => {
        const safe = escapeControl(text);
        return isColoured && look !== null ? inColour(look, safe) : safe;
      })
      .join('');
  }

  /** Without colours. */
  toString(): string {
    return this.#parts.map(({ text }) => text).join('');
  }
}

const STYLES: Readonly<Record<Look, Parameters<typeof styleText>[0]>> = {
  heading: 'bold',
  good: 'green',
  waiting: 'yellow',
  bad: 'red',
  faint: 'dim',
};

function inColour(look: Look, text: string): string {
  // Newer versions of Node would look at the terminal and the environment again, which was done.
  return styleText(STYLES[look], text, { validateStream: false });
}

export type ColorWhen = 'always' | 'never' | 'auto';

/** Whether there are colours: where a terminal shows them, and nobody says otherwise. */
export function hasColours(
  when: ColorWhen,
  { isTTY = false }: { readonly isTTY?: boolean },
  env: NodeJS.ProcessEnv,
): boolean {
  if (when !== 'auto') return when === 'always';
  // As https://no-color.org has it: whatever it holds, but for nothing.
  return isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
