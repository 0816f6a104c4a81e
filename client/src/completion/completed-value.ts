import type { CommandEntry } from '../help/command-tree.ts';
import type { LiveKind } from './live-names.ts';

/** What may stand in the place of a value. */
export type CompletedValue =
  | { readonly kind: 'choices'; readonly choices: readonly string[] }
  | { readonly kind: 'live'; readonly what: LiveKind }
  | { readonly kind: 'files' | 'folders' | 'nothing' };

/** Follows from how the value is called in the help. */
export function completedValue(
  { placeholder, choices }: { readonly placeholder: string; readonly choices: readonly string[] },
  command: CommandEntry | null,
  flags: readonly string[] = [],
): CompletedValue {
  if (choices.length > 0) return { kind: 'choices', choices };
  if (FILES.has(placeholder)) return { kind: 'files' };
  if (placeholder === 'dir') return { kind: 'folders' };
  if (placeholder === 'path') return { kind: 'live', what: 'paths' };
  const isName = placeholder === 'name' && (flags.length === 0 || flags.includes('--name'));
  if (!isName || command === null || NAMES_OF_ELSEWHERE.has(command.name))
    return { kind: 'nothing' };
  return { kind: 'live', what: namedBy(command) };
}

function namedBy(command: CommandEntry): LiveKind {
  if (command.name === 'block' || command.name.endsWith('-block')) return 'devices';
  return NAMES_OR_PATHS.test(namePurpose(command)) ? 'names' : 'unikernels';
}

/** What the help says about the name. */
function namePurpose({ arguments: words, options }: CommandEntry): string {
  const named =
    words.find(({ placeholder }) => placeholder === 'name') ??
    options.find(({ flags }) => flags.includes('--name'));
  return named?.description ?? '';
}

const NAMES_OR_PATHS = /\bpath\b/;

const FILES: ReadonlySet<string> = new Set([
  'cacert',
  'cakey',
  'cert',
  'certificate',
  'csr',
  'db',
  'file',
  'image',
  'key',
]);

/** Of an authority to be made, and of a state file: nothing that runs has them. */
export const NAMES_OF_ELSEWHERE: ReadonlySet<string> = new Set(['generate', 'extract-dump']);
