import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import { Failure } from '@albatross/shared/contracts/failures';
import { parseUnikernelName, type UnikernelName } from '@albatross/shared/domain/name';
import { setTimeout as sleep } from 'node:timers/promises';
import { helloImage } from '../../../examples/hello/src/index.ts';
import type { Administrator } from '../harness/administrator.ts';
import { createMany, forEachOf } from '../harness/many.ts';
import { Account } from './account.ts';
import type { Script } from './script.ts';

interface Member {
  readonly name: UnikernelName;
  readonly account: Account;
}

const CREATED_AT_ONCE = 64;
const READ_AT_ONCE = 4;
const LOOK_MS = 100;
/** When the feed brings nothing for so long, the history is asked. */
const QUIET_MS = 2_000;
/** And when neither has anything new for so long, nothing will come any more. */
const SILENT_MS = 30_000;

/** Unikernels that all print by one script, and what is known of their consoles. */
export class Crowd {
  readonly script: Script;
  readonly members: ReadonlyMap<UnikernelName, Member>;
  readonly #administrator: Administrator;

  constructor(administrator: Administrator, names: readonly string[], script: Script) {
    this.#administrator = administrator;
    this.script = script;
    this.members = new Map(
      names.map(parseUnikernelName).map((name) => [name, { name, account: new Account(script) }]),
    );
  }

  /** What a follower gets; other names are passed over. */
  take(name: UnikernelName, entries: readonly ConsoleEntry[]): void {
    const account = this.members.get(name)?.account;
    if (account !== undefined) for (const entry of entries) account.take(entry);
  }

  /** Resolves when each waits for `begin`. */
  async create(stop: AbortSignal): Promise<void> {
    const names = [...this.members.keys()];
    for (let at = 0; at < names.length; at += CREATED_AT_ONCE) {
      stop.throwIfAborted();
      const some = names.slice(at, at + CREATED_AT_ONCE);
      await createMany(this.#administrator, some, helloImage('spt'), this.script.words);
    }
    await this.untilReached(this.script.preamble, stop);
  }

  /** Lets all of them print. */
  async begin(): Promise<void> {
    if (!this.script.waits) return;
    for (const { name, pid } of await this.#administrator.list())
      if (this.members.has(name) && pid !== null) process.kill(pid, 'SIGUSR1');
  }

  /** Resolves when each has printed all it had to print, or when nothing comes any more. */
  async untilSilent(stop: AbortSignal): Promise<void> {
    await this.untilReached(this.script.total ?? 0, stop);
  }

  /** Resolves when each has come so far (that line was seen, or counted as dropped), or when nothing comes any more. */
  async untilReached(index: number, stop: AbortSignal): Promise<void> {
    let [reached, changedAt] = [-1, 0];
    for (;;) {
      stop.throwIfAborted();
      const behind = [...this.members.values()].filter(({ account }) => account.reached < index);
      if (behind.length === 0) return;
      const now = performance.now();
      if (this.#reached !== reached) [reached, changedAt] = [this.#reached, now];
      else if (now - changedAt > SILENT_MS) return;
      else if (now - changedAt > QUIET_MS) await this.#fetch(behind, stop);
      await sleep(LOOK_MS);
    }
  }

  get #reached(): number {
    let sum = 0;
    for (const { account } of this.members.values()) sum += account.reached;
    return sum;
  }

  /** Asks for what is newer than all we know. Who is away now is asked again later. */
  async #fetch(members: readonly Member[], stop: AbortSignal): Promise<void> {
    try {
      await this.#read(members, ({ account }) => account.newest, stop);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }

  /** Takes the histories in, from their beginnings. */
  async readHistories(stop: AbortSignal): Promise<HistoryCounts> {
    return await this.#read([...this.members.values()], () => 0, stop);
  }

  async #read(
    members: readonly Member[],
    after: (member: Member) => number,
    stop: AbortSignal,
  ): Promise<HistoryCounts> {
    const counts = { kept: 0, aged: 0 };
    const readOne = async (member: Member): Promise<void> => {
      stop.throwIfAborted();
      const entries = await this.#administrator.console(member.name, after(member));
      for (const entry of entries) member.account.take(entry);
      counts.kept += entries.length;
      counts.aged += (entries[0]?.seq ?? 1) - 1;
    };
    await forEachOf(members, readOne, READ_AT_ONCE);
    return counts;
  }
}

export interface HistoryCounts {
  /** Entries that the histories hold. */
  readonly kept: number;
  /** Older ones, which they no longer hold. */
  readonly aged: number;
}
