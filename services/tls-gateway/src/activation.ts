import { StartError } from '@albatross/shared/runtime/run';

/** What systemd sets for a service that it gives listening sockets to. */
export interface Activation {
  /** LISTEN_PID */
  readonly pid: string | undefined;
  /** LISTEN_FDS */
  readonly fds: string | undefined;
}

/** The first of those that systemd hands over. */
const FIRST_DESCRIPTOR = 3;

/** What systemd says of the sockets it hands over, which no process that is started from here may see. */
export function takeActivation(env: NodeJS.ProcessEnv): Activation {
  const activation = { pid: env['LISTEN_PID'], fds: env['LISTEN_FDS'] };
  for (const name of ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) delete env[name];
  return activation;
}

/**
 * The descriptors of so many sockets that systemd listens on for this process. Throws `StartError`, which
 * begins with what is `wanted`.
 */
export function inheritedDescriptors(
  { pid, fds }: Activation,
  count: number,
  wanted: string,
): readonly number[] {
  if (pid !== String(process.pid))
    throw new StartError(
      `${wanted}; LISTEN_PID is ${pid ?? 'not set'}, and this is ${process.pid}`,
    );
  if (fds !== String(count)) throw new StartError(`${wanted}; LISTEN_FDS is ${fds ?? 'not set'}`);
  return Array.from({ length: count }, (_, index) => FIRST_DESCRIPTOR + index);
}
