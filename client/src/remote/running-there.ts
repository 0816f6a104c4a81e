import { Failure } from '@albatross/shared/contracts/failures';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { configurationOf, type WireInfo } from '@albatross/wire';
import type { Session } from '../session.ts';
import type { Replaceable } from '../update/running-here.ts';
import type { RemotePlace } from './destination-options.ts';
import { expectReply } from './expected-reply.ts';
import { giveOrder } from './give-order.ts';

/** Asks another host what runs under a name. Throws a `Failure`. */
export async function runningThere(
  session: Session,
  place: RemotePlace,
  name: UnikernelName,
): Promise<Replaceable> {
  const info = await infoThere(session, place, name);
  if (info === null)
    throw new Failure('UNIKERNEL_NOT_FOUND', `nothing runs under the name ${name} there`);
  return replaceableThere(name, info);
}

/** Null where nothing runs under the name. Throws a `Failure`. */
export async function infoThere(
  session: Session,
  place: RemotePlace,
  name: UnikernelName,
): Promise<WireInfo | null> {
  const found: WireInfo[] = [];
  await giveOrder(session, place, { name, command: INFO }, (message) => {
    const { unikernels } = expectReply(message, 'unikernel-info');
    found.push(...unikernels.map(({ info }) => info));
  });
  return found[0] ?? null;
}

const INFO = { kind: 'unikernel-info', form: 'newest' } as const;

/**
 * The wire does not tell whether the guest is given its name, which the original's client then has it given.
 * Throws a `Failure` for one that has no image.
 */
export function replaceableThere(name: UnikernelName, info: WireInfo): Replaceable {
  if (info.typ === 'bhyve')
    throw new Failure('HYPERVISOR_UNSUPPORTED', `${name} is for bhyve, and has no image`);
  // Of bhyve only; for others it is kept, and without effect.
  const { linuxBoot: _, ...configuration } = configurationOf({ ...info, addName: true });
  return {
    name,
    digest: Buffer.from(info.digest).toString('hex'),
    isUp: true,
    configuration: { ...configuration, vcpus: 1 },
  };
}
