/** What one look at the host came to; whatever is not well comes with what to type. */
export type Finding =
  | { readonly level: 'ok'; readonly check: string; readonly text: string }
  | {
      /** `fail`: something does not work at all; `warn`: it may not, or soon will not. */
      readonly level: 'warn' | 'fail';
      readonly check: string;
      readonly text: string;
      /** A command, on one line. */
      readonly mend: string;
    };

export type Level = Finding['level'];

export function passed(check: string, text: string): Finding {
  return { level: 'ok', check, text };
}

export function warned(check: string, text: string, mend: string): Finding {
  return { level: 'warn', check, text, mend };
}

export function failed(check: string, text: string, mend: string): Finding {
  return { level: 'fail', check, text, mend };
}
