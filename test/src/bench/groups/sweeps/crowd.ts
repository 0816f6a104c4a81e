import { lifeName } from '@albatross/shared/domain/life';
import type { LifeRecord } from '@albatross/shared/domain/life';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify } from '../../../../../services/stats/src/kernel/process-reader.ts';
import type { Kernel } from '../../../../../services/stats/src/kernel/kernel.ts';
import { manyNames } from '../../../harness/many.ts';
import { ChildLines } from './child-lines.ts';

/** One process, with a tap, that has the folder of a life. */
interface Member {
  readonly pid: number;
  readonly tap: string;
  readonly life: string;
}

interface Options {
  readonly count: number;
  readonly kernel: Kernel;
  /** The folder of lives. */
  readonly lives: string;
  /** The program that is those processes. */
  readonly sleepers: string;
}

/** Processes that sleep, and look to stats as tenders do. The taps go with the network they are made in. */
export class Crowd implements AsyncDisposable {
  readonly members: readonly Member[];
  readonly #sleepers: ChildLines;

  private constructor(members: readonly Member[], sleepers: ChildLines) {
    this.members = members;
    this.#sleepers = sleepers;
  }

  static async gather({ count, kernel, lives, sleepers }: Options): Promise<Crowd> {
    const program = ChildLines.start(sleepers, String(count));
    const members: Member[] = [];
    for (const [index, name] of manyNames(count).entries()) {
      const pid = Number(await program.read());
      const member = {
        pid,
        tap: `vmtap${index}`,
        life: lifeName({ unikernel: parseUnikernelName(name), number: index + 1 }),
      };
      writeLife(member, lives, kernel);
      members.push(member);
    }
    execFileSync('ip', ['-batch', '-'], {
      input: members.map(({ tap }) => `tuntap add dev ${tap} mode tap\n`).join(''),
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    return new Crowd(members, program);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sleepers[Symbol.asyncDispose]();
  }
}

/** As the supervisor does. */
function writeLife({ pid, tap, life }: Member, lives: string, kernel: Kernel): void {
  const identity = identify(pid, kernel);
  assert.ok(identity !== null, `process ${pid} is gone`);
  const record: LifeRecord = {
    ...identity,
    uid: 0,
    startedAt: Date.now(),
    taps: [{ device: 'service', bridge: 'service', tap, mac: '00:00:00:00:00:01' }],
  };
  mkdirSync(join(lives, life));
  writeFileSync(join(lives, life, 'life'), JSON.stringify(record));
}
