import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * Of the installed bus. Below 1024, for clients show it who they are, and believe that it is the bus: nobody but root
 * may take its place while it is restarted.
 */
export const BUS_PORT_DEFAULT = 842;

/** How long whoever listens may take to say who it is. */
export const GREETING_MS_MAX = 2_000;

/**
 * Who listens on a port of loopback: a bus of ours, as its configuration has it called, or somebody else.
 * nats-server says first:
 *
 * ```abnf
 * greeting = "INFO" SP json CRLF     ; an object that has "server_name"
 * ```
 */
export async function whoListens(port: number): Promise<'nobody' | 'ours' | 'somebody else'> {
  const socket = connect(port, '127.0.0.1');
  const timeout = AbortSignal.timeout(GREETING_MS_MAX);
  try {
    await once(socket, 'connect', { signal: timeout });
  } catch {
    socket.on('error', () => undefined).destroy();
    return 'nobody';
  }
  try {
    const [bytes] = (await once(socket, 'data', { signal: timeout })) as [Buffer];
    return /^INFO .*"server_name":"albatross"/.test(bytes.toString('latin1'))
      ? 'ours'
      : 'somebody else';
  } catch {
    return 'somebody else';
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}
