import type { CommandEntry, CommandTree, OptionEntry } from '../help/command-tree.ts';
import type { Topic } from '../help/topic.ts';
import { definition, roffArgument, roffLines, roffText, section } from './roff.ts';

export interface ManSource {
  readonly tree: CommandTree;
  readonly topics: readonly Topic[];
  readonly description: string;
  readonly version: string;
  /** When they are written, as 2026-01-31. */
  readonly date: string;
}

/** By file name: `albatross.1`, and a page for each command, `albatross-create.1`. */
export function manPages(source: ManSource): ReadonlyMap<string, string> {
  const { tree } = source;
  const pages = new Map([
    ['albatross.1', programPage(source)],
    ['albatross-client.1', '.so man1/albatross.1\n'],
  ]);
  for (const command of tree.commands) {
    pages.set(`albatross-${command.name}.1`, commandPage(command, source));
    for (const alias of command.aliases)
      pages.set(`albatross-${alias}.1`, `.so man1/albatross-${command.name}.1\n`);
  }
  return pages;
}

function programPage(source: ManSource): string {
  const { tree, topics, description } = source;
  const commands = tree.commands.flatMap(({ name, description }) =>
    definition(`albatross-${name}(1)`, capitalised(description)),
  );
  return page('albatross', source, [
    ...section('NAME', [String.raw`albatross \- ${roffText(headline(description))}`]),
    ...section('SYNOPSIS', [
      String.raw`\fBalbatross\fR [\fIoptions\fR] \fIcommand\fR [\fIoptions\fR] [\fIarguments\fR]`,
    ]),
    ...section('DESCRIPTION', [
      roffText(description),
      roffText('As albatross-client, console follows without being told. A command may be written'),
      roffText('with underscores: create_block.'),
    ]),
    ...section('COMMANDS', commands),
    ...section('OPTIONS', optionLines(tree.options)),
    ...topics.flatMap(({ name, text }) => section(name.toUpperCase(), roffLines(text.trim()))),
  ]);
}

function commandPage(command: CommandEntry, source: ManSource): string {
  const { name, aliases, description, usage, options, notes, examples } = command;
  const spelled = [name, ...aliases];
  const words = command.arguments.flatMap(({ placeholder, description }) =>
    definition(placeholder, capitalised(description)),
  );
  return page(`albatross-${name}`, source, [
    ...section('NAME', [
      roffText(`albatross-${name}`) +
        String.raw` \- ${roffText(description.replaceAll('\n', ' '))}`,
    ]),
    ...section('SYNOPSIS', spelled.flatMap((one) => [synopsis(one, usage), '.br']).slice(0, -1)),
    ...section('DESCRIPTION', [roffText(`${capitalised(description)}.`)]),
    ...section('ARGUMENTS', words),
    ...section('OPTIONS', optionLines([...options, ...commonOptions(command, source)])),
    ...section('NOTES', roffLines(notes)),
    ...section('EXAMPLES', roffLines(examples.map((line) => `  ${line}`).join('\n'))),
    ...section('EXIT STATUS', [roffText('See exit-statuses in'), '.BR albatross (1).']),
    ...section('SEE ALSO', ['.BR albatross (1)']),
  ]);
}

/** Those of the program that the command does not have itself. */
function commonOptions(command: CommandEntry, { tree }: ManSource): readonly OptionEntry[] {
  const own = new Set(command.options.flatMap(({ flags }) => flags));
  return tree.options.filter(({ flags }) => !flags.some((flag) => own.has(flag)));
}

function page(title: string, { version, date }: ManSource, lines: readonly string[]): string {
  const head = [
    '.TH',
    roffArgument(title.toUpperCase()),
    '1',
    `"${date}"`,
    roffArgument(`albatross ${version}`),
  ];
  return `${[head.join(' '), ...lines].join('\n')}\n`;
}

function synopsis(name: string, usage: string): string {
  return String.raw`\fBalbatross ${roffText(name)}\fR ${roffText(usage)}`;
}

function optionLines(options: readonly OptionEntry[]): readonly string[] {
  return options.flatMap(({ term, description }) => definition(term, capitalised(description)));
}

function headline(description: string): string {
  return (description.charAt(0).toLowerCase() + description.slice(1)).replace(/\.$/, '');
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
