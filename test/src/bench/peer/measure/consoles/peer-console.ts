import { parseUnikernelName, type UnikernelName } from '@albatross/shared/domain/name';
import { Scope } from '@albatross/shared/runtime/scope';
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { subscribe } from '../../../../harness/tenants.ts';
import { compileC } from '../../../compile-c.ts';
import { makeFifos } from '../../../groups/consoles/console-alone.ts';
import type { FollowedConsole } from '../../../groups/consoles/followed-console.ts';
import { Press } from '../../../groups/consoles/press.ts';
import type { Programs } from '../../../groups/consoles/programs.ts';
import { Receiver } from '../../../groups/consoles/receiver.ts';
import type { PeerPrograms } from '../../peer-programs.ts';
import { PeerSystem } from '../../peer-system.ts';
import { Talk } from '../../talk.ts';

const SUBSCRIBER = fileURLToPath(new URL('subscriber.c', import.meta.url));
/** Where `receipts.h` is. */
const HEADERS = fileURLToPath(new URL('../../../groups/consoles', import.meta.url));
/** What the daemon says of the root's policy. */
const UNIKERNELS_MAX = 2n ** 62n - 1n;
/** A connection each: nothing has been printed yet. */
const SUBSCRIBE = subscribe(1n);

/**
 * albatross-console without its daemon, which is stood in for: it is told of fifos that a press holds, and
 * somebody has subscribed to each, which takes a connection each.
 */
export class PeerConsole implements AsyncDisposable, FollowedConsole {
  readonly pid: number;
  readonly unikernels: number;
  readonly press: Press;
  readonly follower: Receiver;
  readonly #scope: Scope;

  private constructor(scope: Scope, { pid, unikernels, press, follower }: FollowedConsole) {
    this.#scope = scope;
    this.pid = pid;
    this.unikernels = unikernels;
    this.press = press;
    this.follower = follower;
  }

  /** `subscriber`: a file that `compileSubscriber` made. */
  static async start(
    peer: PeerPrograms,
    { programs, subscriber }: { readonly programs: Programs; readonly subscriber: string },
    unikernels: number,
  ): Promise<PeerConsole> {
    const scope = new Scope();
    try {
      const system = scope.use(await PeerSystem.start(peer, null, ['albatross-console']));
      const names = Array.from({ length: unikernels }, (_, n) => parseUnikernelName(`bench${n}`));
      const fifos = names.map((name) => system.fifo(name));
      await makeFifos(fifos);
      const press = scope.use(await Press.start(programs, fifos));
      const path = system.socket('console');
      scope.use(await addAll(path, names));
      const command = [subscriber, String(unikernels)];
      const follower = scope.use(await subscribed(path, names, command));
      const pid = system.pidOf('albatross-console');
      return new PeerConsole(scope, { pid, unikernels, press, follower });
    } catch (error) {
      await scope[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scope[Symbol.asyncDispose]();
  }
}

/** Rejects when there is no compiler. */
export async function compileSubscriber(program: string): Promise<void> {
  await compileC(SUBSCRIBER, program, ['-I', HEADERS]);
}

/** One connection for all, which stays, as the daemon's does. */
async function addAll(path: string, names: readonly UnikernelName[]): Promise<Talk> {
  const daemon = await Talk.open(path);
  try {
    for (const name of names) {
      daemon.say(name, { kind: 'console-add', unikernels: UNIKERNELS_MAX });
      const payload = await daemon.next();
      assert.ok(payload.kind === 'reply' && payload.reply.kind === 'empty', `add of ${name}`);
    }
    daemon.rest();
    return daemon;
  } catch (error) {
    await daemon[Symbol.asyncDispose]();
    throw error;
  }
}

async function subscribed(
  path: string,
  names: readonly UnikernelName[],
  command: readonly string[],
): Promise<Receiver> {
  const talks: Talk[] = [];
  try {
    for (const name of names) {
      const talk = await Talk.begin(path, name, SUBSCRIBE);
      talks.push(talk);
      const payload = await talk.next();
      assert.deepEqual(payload, { kind: 'reply', reply: { kind: 'string', text: 'subscribed' } });
    }
    const sockets = talks.map((talk): Socket => talk.rest());
    return await Receiver.of(command, sockets);
  } finally {
    // Of those the program has, it has descriptors of its own.
    for (const talk of talks) await talk[Symbol.asyncDispose]();
  }
}
