import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for everything temporary, so that nothing is left even of what is killed. */
export class Workplace implements Disposable {
  readonly folder: string;

  static make(): Workplace {
    const folder = mkdtempSync(join(tmpdir(), 'albatross-soak-'));
    // mkdtemp makes it ours alone, and tenders are somebody else.
    chmodSync(folder, 0o755);
    return new Workplace(folder);
  }

  private constructor(folder: string) {
    this.folder = folder;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
