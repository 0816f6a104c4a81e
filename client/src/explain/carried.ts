import { decodeExtension, policyOf, WireError, type WireCommand } from '@albatross/wire';
import { policyToJson } from '../configuration-json.ts';
import { commandFacts } from './command-words.ts';
import type { Carried } from './explanation.ts';
import type { PathName } from '@albatross/shared/domain/name';

/** `path` is whose policy it would be. */
export function carriedBy(extension: Uint8Array | null, path: PathName | null): Carried {
  if (extension === null) return NOTHING;
  try {
    return carried(decodeExtension(extension), path);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return { ...NOTHING, problem: error.message };
  }
}

/** The same of what was read. */
export function carried(command: WireCommand | null, path: PathName | null): Carried {
  if (command === null) return NOTHING;
  return command.kind === 'policy-add'
    ? { ...NOTHING, path, policy: policyToJson(policyOf(command.policy)) }
    : { ...NOTHING, command: commandFacts(command) };
}

const NOTHING: Carried = { path: null, policy: null, command: null, problem: null };
