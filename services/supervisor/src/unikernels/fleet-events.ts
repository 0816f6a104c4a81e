import type { EventDraft } from '@albatross/shared/contracts/event';
import type { UnikernelName } from '@albatross/shared/domain/name';
import type { UnikernelConfig } from '@albatross/shared/domain/unikernel';
import { idOf } from '../events/event-sink.ts';
import type { Asked } from '../outcomes.ts';

/** The events of what somebody asked for; their ids follow from the request, so that none is told twice. */
export function createdEvent(
  { name, digest, target, memoryMib }: UnikernelConfig,
  replaced: boolean,
  ask: Asked,
): EventDraft {
  return { type: 'created', digest, target, memoryMib, replaced, ...whose(ask, 'created', name) };
}

export function restartedEvent(ask: Asked, name: UnikernelName, changed: boolean): EventDraft {
  return { type: 'restarted', changed, ...whose(ask, 'restarted', name) };
}

export function endedEvent(
  ask: Asked,
  name: UnikernelName,
  type: 'stopped' | 'destroyed',
): EventDraft {
  return { type, ...whose(ask, type, name) };
}

function whose({ caller, actor, id }: Asked, what: string, name: UnikernelName) {
  return { id: idOf(what, `${caller} ${id}`), name, actor, requestId: id };
}
