import { check } from '@albatross/shared/bus/codec';
import { restartUnikernel } from '@albatross/shared/contracts/unikernel';
import type { UnikernelName } from '@albatross/shared/domain/name';
import {
  wireArgsOf,
  type Configuration,
  type WireArgs,
  type WireCommand,
  type WireConfig,
} from '@albatross/wire';

export interface NewUnikernel extends Pick<WireConfig, 'typ' | 'image' | 'compressed'> {
  readonly name: UnikernelName;
  readonly configuration: Configuration;
  /** In place of one of that name. */
  readonly isForced: boolean;
}

/** Throws a `Failure` for a configuration that no host takes. */
export function createCommand(wanted: NewUnikernel): WireCommand {
  const { typ, image, compressed, isForced } = wanted;
  const config = { typ, compressed, image, ...checked(wanted) };
  return { kind: isForced ? 'unikernel-force-create' : 'unikernel-create', config };
}

/** With null as it was. Throws a `Failure` for a configuration that no host takes. */
export function restartCommand(
  name: UnikernelName,
  configuration: Configuration | null,
): WireCommand {
  const args = configuration === null ? null : checked({ name, configuration });
  return { kind: 'unikernel-restart', args };
}

/** By the same rules as for this host: what is signed should not turn out to be of no use. */
function checked({ name, configuration }: Pick<NewUnikernel, 'name' | 'configuration'>): WireArgs {
  const request = { id: 'not-asked', name, changes: configuration };
  check(restartUnikernel.body, request, 'REQUEST_INVALID');
  return wireArgsOf(configuration);
}
