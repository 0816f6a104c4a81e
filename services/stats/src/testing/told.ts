import type { Logger } from '@albatross/shared/runtime/logger';
import assert from 'node:assert/strict';

/** What was logged: warnings, and nothing that is worse. */
export class Told {
  readonly warnings: string[] = [];
  readonly fields: unknown[] = [];
  readonly log: Logger = {
    error: (event, fields) => assert.fail(`${event} ${JSON.stringify(fields)}`),
    warn: (event, fields) => {
      this.warnings.push(event);
      this.fields.push(fields);
    },
    info: () => undefined,
    debug: () => undefined,
  };

  /** What came since the last call. */
  take(): readonly string[] {
    return this.warnings.splice(0);
  }
}
