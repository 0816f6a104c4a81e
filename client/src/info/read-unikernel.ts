import type { Requests } from '@albatross/shared/bus/bus';
import { Failure } from '@albatross/shared/contracts/failures';
import { showUnikernel, type UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import type { UnikernelName } from '@albatross/shared/domain/name';

/** Null for a name that does not exist: as in the original, that is no failure. Throws a `Failure`. */
export async function readUnikernel(
  bus: Requests,
  name: UnikernelName,
): Promise<UnikernelDetails | null> {
  try {
    return await bus.request(showUnikernel, { name });
  } catch (error) {
    if (error instanceof Failure && error.code === 'UNIKERNEL_NOT_FOUND') return null;
    throw error;
  }
}
