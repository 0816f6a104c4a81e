import { Bus } from '@albatross/shared/bus/bus';
import { Failure } from '@albatross/shared/contracts/failures';
import { readBusAccess } from '@albatross/shared/runtime/bus-access';
import { foldersOf } from '@albatross/shared/runtime/folders';
import { StartError } from '@albatross/shared/runtime/run';
import type { Command } from 'commander';
import type { Output } from './output.ts';

/** Under the original's name, `console` follows without being told, as the original does. */
export type InvokedAs = 'albatross' | 'albatross-client';

/** What every command has at hand. */
export interface Session {
  readonly invokedAs: InvokedAs;
  readonly output: Output;
  readonly env: NodeJS.ProcessEnv;
}

/** How long a system that is being started or restarted is waited for. */
export const CONNECT_DEADLINE_MS = 3_000;

/** Connects, works, and closes. Throws a `Failure`. */
export async function withBus<T>(
  session: Session,
  command: Command,
  work: (bus: Bus) => Promise<T>,
): Promise<T> {
  const { dir } = command.optsWithGlobals<{ dir?: string }>();
  if (dir === '')
    throw new Failure('USAGE_INVALID', '--dir needs a folder; it was given an empty name');
  const folders = foldersOf(dir ?? session.env['ALBATROSS_DIR']);
  const access = await readBusAccess(folders, 'admin').catch((error: unknown) => {
    throw error instanceof StartError ? new Failure('BUS_UNREACHABLE', error.message) : error;
  });
  const begun = clock();
  const bus = await Bus.connect({
    ...access,
    identity: 'admin',
    connectDeadlineMs: CONNECT_DEADLINE_MS,
    onDefect: (error, where) => session.output.note(`${where}: ${String(error)}`),
  });
  session.output.info(`connected to ${access.url} in ${sinceText(begun)}`);
  traceRequests(bus, session.output);
  try {
    return await work(bus);
  } finally {
    await bus[Symbol.asyncDispose]();
  }
}

/** Tells of every request, but not what is in it, which may be secret. */
function traceRequests(bus: Bus, output: Output): void {
  if (!output.isTold('debug')) return;
  const request = bus.request.bind(bus);
  bus.request = async (contract, body, options) => {
    const begun = clock();
    try {
      return await request(contract, body, options);
    } finally {
      output.debug(`${contract.noun}.${contract.verb} took ${sinceText(begun)}`);
    }
  };
}

/** Nanoseconds on a clock that nobody sets. That of `performance` takes Node two milliseconds to load. */
const clock = (): bigint => process.hrtime.bigint();

function sinceText(begun: bigint): string {
  return `${(clock() - begun) / 1_000_000n} ms`;
}
