import type { Program } from '../../../harness/program.ts';

/** Resolves when all have ended. Fails when one did not end well. */
export async function stopAll(programs: readonly Program[]): Promise<void> {
  for (const program of programs) program.signal('SIGTERM');
  for (const ended of await Promise.all(programs.map(async (one) => await one.ended())))
    if (ended.status !== 0) throw new Error(`it ended with ${ended.status}: ${ended.stderr}`);
}

/** nats-server does not end well of a signal, whichever it is. */
export async function stopBus(bus: Program): Promise<void> {
  bus.signal('SIGTERM');
  await bus.ended();
}
