import type { HostPlace } from './host-place.ts';
import { lookAt } from './look-at.ts';

/**
 * Who starts tenders: a supervisor of root gives each a user of its own, and the groups that device nodes need;
 * one of an ordinary user starts them as himself.
 */
export type TenderUsers = 'own' | 'asker';

/** By whose the folder of the state is; where there is none, whose it would be. */
export async function tenderUsers({ folders, dir, uid }: HostPlace): Promise<TenderUsers> {
  const state = await lookAt(folders.state);
  const owner = state.kind === 'there' ? state.uid : dir === null ? 0 : uid;
  return owner !== 0 && owner === uid ? 'asker' : 'own';
}
