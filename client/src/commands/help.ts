import { Failure } from '@albatross/shared/contracts/failures';
import { Argument, type Command } from 'commander';
import { helpText } from '../help/command-tree.ts';
import { TOPICS } from '../help/topics.ts';
import type { Session } from '../session.ts';
import { aligned } from '../table.ts';

export function addHelp(program: Command, session: Session): void {
  const names = ['topics', ...TOPICS.map(({ name }) => name)];
  // Which are offered; the name of a command is one as well.
  const topic = new Argument('[topic]', 'a topic, a command, or "topics" for a list of topics');
  topic.choices(names).argParser((text: string) => text);
  program
    .command('help')
    .description('explain a command, or a topic')
    .addArgument(topic)
    .option('--json', 'print an object, of topics one array of objects')
    .addHelpText(
      'after',
      '\nExamples:\n  albatross help topics\n  albatross help names\n  albatross help create',
    )
    .action((asked: string | undefined) => {
      if (asked === 'topics') return showTopics(session);
      const name = asked?.replaceAll('_', '-');
      const text = name === undefined ? helpText(program) : textAbout(name, program);
      if (session.output.isJson) session.output.json({ name: name ?? null, text });
      else for (const line of text.trimEnd().split('\n')) session.output.line(line);
    });
}

function showTopics({ output }: Session): void {
  const topics = TOPICS.map(({ name, summary }) => ({ name, summary }));
  const rows = topics.map(({ name, summary }) => [name, summary]);
  output.list(topics, aligned([['TOPIC', 'ABOUT'], ...rows]), 'no topics');
}

/** Throws a `Failure` `USAGE_INVALID`. */
function textAbout(name: string, program: Command): string {
  const topic = TOPICS.find((one) => one.name === name);
  if (topic !== undefined) return topic.text.trim();
  const command = program.commands.find((one) => [one.name(), ...one.aliases()].includes(name));
  if (command !== undefined) return helpText(command);
  const right = '"albatross help topics" and "albatross --help" show what there is';
  throw new Failure('USAGE_INVALID', `there is no help on ${JSON.stringify(name)}; ${right}`);
}
