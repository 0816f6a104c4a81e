import type { Output } from './output.ts';
import { frameOf } from './top-frame.ts';
import { extentOf, plainLines, screenLines, type Size } from './top-screen.ts';
import { TopTerminal } from './top-terminal.ts';
import { topToJson } from './top-json.ts';
import { FIRST_VIEW, press, within } from './top-view.ts';
import type { TopWatch } from './top-watch.ts';

/** Where `top` is shown. */
export interface TopDisplay extends Disposable {
  /** Something new was asked for, and came or did not. */
  readonly refresh: () => void;
}

export interface Look {
  readonly isColoured: boolean;
  readonly isUnicode: boolean;
}

/** The clock runs between refreshes too, and what came by itself is shown. */
const DRAW_MS = 1_000;

/** A terminal. It is taken at the first refresh: who has nothing to show fails as every command does. */
export function liveDisplay(watch: TopWatch, look: Look, quit: () => void): TopDisplay {
  let view = FIRST_VIEW;
  let timer: NodeJS.Timeout | undefined;
  const terminal = new TopTerminal({ key, changed: draw, gone: quit });

  function draw(): void {
    const { state } = watch;
    const size: Size = { ...terminal.size, isUnicode: look.isUnicode };
    view = within(view, extentOf(state, size));
    const lines = screenLines(state, view, size, Date.now());
    terminal.write(frameOf(lines, size, look));
  }

  function key(name: string): void {
    if (name === 'q' || name === 'ctrl-c') return quit();
    if (name === 'ctrl-z') return terminal.suspend();
    const size: Size = { ...terminal.size, isUnicode: look.isUnicode };
    view = press(view, name, extentOf(watch.state, size));
    draw();
  }

  return {
    refresh: () => {
      terminal.open();
      timer ??= setInterval(draw, DRAW_MS);
      draw();
    },
    [Symbol.dispose]: () => {
      clearInterval(timer);
      terminal[Symbol.dispose]();
    },
  };
}

/** An object a line, for programs. */
export function jsonDisplay(watch: TopWatch, output: Output): TopDisplay {
  return {
    refresh: () => output.json(topToJson(watch.state, Date.now())),
    [Symbol.dispose]: () => undefined,
  };
}

/** Lines, for whatever reads them. */
export function plainDisplay(watch: TopWatch, output: Output): TopDisplay {
  return {
    refresh: () => {
      for (const line of plainLines(watch.state, FIRST_VIEW, Date.now())) output.line(line);
    },
    [Symbol.dispose]: () => undefined,
  };
}
