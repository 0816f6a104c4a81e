import { Failure } from '@albatross/shared/contracts/failures';
import { isPathName, type Name, type UnikernelName } from '@albatross/shared/domain/name';
import {
  COMMAND_RULES,
  commandRule,
  COMPRESSION_LEVEL_MAX,
  type WireCommand,
} from '@albatross/wire';
import type { Order } from './order.ts';

/** Throws a `Failure` for what may not be asked at this door, or cannot be meant, before anything is done. */
export function checkAllowed({ name, command, door }: Order): void {
  const { from, about, daemon } = commandRule(command);
  if (from === 'nobody') {
    const why = `${command.kind} is what the original's daemons say to each other; ours do not`;
    throw new Failure('REQUEST_INVALID', why);
  }
  if (from === 'socket' && door === 'tls') throw notOverTls(command);
  // What console and stats do with a name is theirs to say.
  if (about === 'one' && daemon === 'vmmd') labelledName(name, command.kind);
  if ('level' in command) checkLevel(command.level);
  if ('data' in command && command.data?.length === 0) {
    // So the original's older clients begin a stream that its daemon never read.
    const why = `${command.kind} has its content in the message, and this one has none`;
    throw new Failure('REQUEST_INVALID', why);
  }
  if ('config' in command && command.config.typ === 'bhyve') {
    const why = 'an image of the type bhyve runs on FreeBSD only; here an image is one of solo5';
    throw new Failure('HYPERVISOR_UNSUPPORTED', why);
  }
}

/** Whether the policies of a chain are set before. */
export function isForSupervisor(command: WireCommand): boolean {
  return commandRule(command).daemon === 'vmmd';
}

/** The name of a unikernel or block device. Throws a `Failure` for that of a path. */
export function labelledName(name: Name, kind: WireCommand['kind']): UnikernelName {
  if (!isPathName(name)) return name;
  const right = `${kind} is about one unikernel or block device, as "foo:hello"`;
  throw new Failure('NAME_INVALID', `${JSON.stringify(name)} is a path; ${right}`);
}

function notOverTls({ kind }: WireCommand): Failure {
  const kinds = Object.entries(COMMAND_RULES).filter(([, { from }]) => from === 'everywhere');
  const allowed = kinds.map(([kind]) => kind).join(', ');
  const instead =
    kind === 'policy-add' ? ' (a policy comes with the certificate of its authority)' : '';
  const message = `${kind} may not be asked for over TLS${instead}; these may: ${allowed}`;
  return new Failure('PERMISSION_DENIED', message);
}

function checkLevel(level: number): void {
  if (level >= 0 && level <= COMPRESSION_LEVEL_MAX) return;
  const right = `a compression level is a whole number from 0, for none, to ${COMPRESSION_LEVEL_MAX}`;
  throw new Failure('REQUEST_INVALID', `${right}; ${level} is not`);
}
