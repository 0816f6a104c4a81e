import { Failure } from '@albatross/shared/contracts/failures';
import { createContext, Script } from 'node:vm';

/** Characters of a line that a pattern is tried on; what is behind them is not looked at. */
export const MATCHED_LINE_LENGTH_MAX = 4096;
/** How long a pattern may take over one line: a guest can print what makes some patterns take for ever. */
export const MATCH_DEADLINE_MS = 200;

const TRY = new Script('pattern.test(line)');

/** A regular expression, tried on what somebody else wrote. */
export class LinePattern {
  readonly #pattern: RegExp;
  readonly #place: { readonly pattern: RegExp; line: string };

  constructor(pattern: RegExp) {
    this.#pattern = pattern;
    this.#place = { pattern, line: '' };
    createContext(this.#place);
  }

  /** Throws a `Failure` when nobody can tell within the time. */
  matches(bytes: Uint8Array): boolean {
    this.#place.line = Buffer.from(bytes).toString('utf8').slice(0, MATCHED_LINE_LENGTH_MAX);
    try {
      return TRY.runInContext(this.#place, { timeout: MATCH_DEADLINE_MS }) === true;
    } catch {
      const why = `takes more than ${MATCH_DEADLINE_MS} ms over one line of the guest`;
      throw new Failure(
        'USAGE_INVALID',
        `the pattern ${this.#pattern.source} ${why}; write it without one repetition inside another`,
      );
    }
  }
}
