import { Failure } from '@albatross/shared/contracts/failures';
import { isPathName, ROOT, type Name, type UnikernelName } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { readName } from '../arguments.ts';
import { addExamples } from '../help/examples.ts';
import {
  addDestinationOptions,
  destinationOf,
  type DestinationFlags,
} from '../remote/destination-options.ts';
import type { Session } from '../session.ts';

interface Flags extends DestinationFlags {
  readonly name: Name;
  readonly tree?: true;
}

export function addInfo(program: Command, session: Session): void {
  const command = program
    .command('info')
    .description('show unikernels; of a single one, everything but its arguments')
    .argument('[name]', 'only this one, or those at and below a path; as --name', readName)
    .option('-n, --name <name>', 'only this one, or those at and below a path', readName, ROOT)
    .option('--tree', 'show paths, with policies and what is used of them, and block devices too');
  addExamples(command, [
    'albatross info',
    'albatross info foo:hello',
    'albatross info --name foo:',
    'albatross info --tree',
  ]);
  addDestinationOptions(command)
    .addHelpText('after', HELP)
    .action(async (word: Name | undefined, flags: Flags, command: Command) => {
      const name = nameOf(word, flags, command);
      const place = destinationOf(flags);
      if (place.kind !== 'local') {
        if (flags.tree === true) throw notThere();
        const { askThere } = await import('../remote/show-answer.ts');
        const info = { kind: 'unikernel-info', form: 'newest' } as const;
        return await askThere(session, place, { name, command: info });
      }
      if (flags.tree === true) {
        if (!isPathName(name)) throw noPath(name);
        const { showTree } = await import('../info/show-tree.ts');
        await showTree(session, command, name);
      } else if (isPathName(name)) {
        const { showList } = await import('../info/show-list.ts');
        await showList(session, command, name);
      } else {
        const { showOne } = await import('../info/show-one.ts');
        await showOne(session, command, name);
      }
    });
}

const HELP = `
CPU and memory are those of the newest sample, where the statistics service has one: "-" where it has none, or
does not answer at once. MEMORY is what the tender has in use, of what the guest was given.

--tree draws with box characters where LC_ALL, LC_CTYPE or LANG says that text is UTF-8, else with plain ones.`;

/** Throws a `Failure` `USAGE_INVALID` for two names. */
function nameOf(word: Name | undefined, flags: Flags, command: Command): Name {
  if (word === undefined || word === flags.name) return flags.name;
  if (command.getOptionValueSource('name') !== 'cli') return word;
  throw new Failure('USAGE_INVALID', `two names, ${word} and ${flags.name}; info takes one`);
}

function noPath(name: UnikernelName): Failure {
  return new Failure('USAGE_INVALID', `--tree needs a path, as "${name}:"; ${name} is none`);
}

function notThere(): Failure {
  const message = 'another host does not tell what is used of its policies; leave --tree out there';
  return new Failure('USAGE_INVALID', message);
}
