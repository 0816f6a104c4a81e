import { processIdentity } from '@albatross/shared/contracts/life';
import { addProcess } from '@albatross/shared/contracts/stats';
import type { RequestOf } from '@albatross/shared/contracts/request';
import { NewerFormat, refuseNewer } from '@albatross/shared/contracts/stored-version';
import type { Logger } from '@albatross/shared/runtime/logger';
import { StartError } from '@albatross/shared/runtime/run';
import { writeFileAtomically } from '@albatross/shared/runtime/write-file';
import { readFile } from 'node:fs/promises';
import { errorCode } from './kernel/error-code.ts';
import type { ProcessIdentity } from './kernel/process-reader.ts';
import { Troubles } from './troubles.ts';

const VERSION = 1;

/** What somebody asked for, and which process had that pid then. */
export interface Registration extends Omit<RequestOf<typeof addProcess>, 'pid'> {
  readonly identity: ProcessIdentity;
}

/**
 * The registrations of this boot, as a file of JSON:
 *
 * ```text
 * {"version":1, "processes":[{"name":"foo:x","nets":[{"name":"service","tap":"tap1"}],"pid":17,"startTicks":1,"bootId":"…"}]}
 * ```
 *
 * Before there were versions it was the list alone.
 */
export class RegistrationFile {
  readonly #path: string;
  readonly #log: Pick<Logger, 'warn'>;
  readonly #troubles: Troubles;
  /** What the disk does not have yet. */
  #next: readonly Registration[] | null = null;
  #writing: Promise<void> | null = null;

  constructor(path: string, log: Pick<Logger, 'warn'>) {
    this.#path = path;
    this.#log = log;
    this.#troubles = new Troubles(log);
  }

  /** None when the file is not there, or damaged. Throws `StartError` for one that a newer version wrote. */
  async read(): Promise<readonly Registration[]> {
    try {
      return parse(await readFile(this.#path, 'utf8'));
    } catch (error) {
      if (error instanceof NewerFormat) throw newer(this.#path, error);
      if (errorCode(error) !== 'ENOENT')
        this.#log.warn('the processes named by hand are forgotten', { file: this.#path, error });
      return [];
    }
  }

  /**
   * Replaces what is there; one write at a time. What the disk does not take is tried again with `retry`, and
   * lost only if we end before.
   */
  async write(registrations: readonly Registration[]): Promise<void> {
    this.#next = registrations;
    await this.retry();
  }

  async retry(): Promise<void> {
    if (this.#next !== null) this.#writing ??= this.#write();
    await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#next !== null) {
      const registrations = this.#next;
      this.#next = null;
      try {
        await writeFileAtomically(this.#path, format(registrations), 0o640);
        this.#troubles.over(this.#path);
      } catch (error) {
        this.#next ??= registrations;
        const event = 'the processes named by hand cannot be written down';
        this.#troubles.warn(this.#path, event, { file: this.#path, error });
        break;
      }
    }
    this.#writing = null;
  }
}

function format(registrations: readonly Registration[]): string {
  const entries = registrations.map(({ name, nets, identity }) => ({ name, nets, ...identity }));
  return `${JSON.stringify({ version: VERSION, processes: entries }, null, 2)}\n`;
}

function newer(path: string, { version, known }: NewerFormat): StartError {
  return new StartError(
    `${path} is of version ${version}, and this program knows ${known}: a newer albatross wrote it, which has to be started instead; or remove the file, and name those processes again with "albatross stats-add"`,
  );
}

/** Throws `NewerFormat`, and other errors for text of another shape. */
function parse(text: string): readonly Registration[] {
  const json: unknown = JSON.parse(text);
  refuseNewer(json, VERSION);
  const entries = Array.isArray(json) ? json : (json as { readonly processes?: unknown }).processes;
  if (!Array.isArray(entries)) throw new Error('it holds no list');
  return entries.map((entry: { readonly [key: string]: unknown }) => {
    const { data: identity } = processIdentity.safeParse(entry);
    if (identity === undefined) throw new Error('an entry names no process');
    const { name, nets } = addProcess.body.parse({
      name: entry['name'],
      pid: identity.pid,
      nets: entry['nets'],
    });
    return { name, nets, identity };
  });
}
