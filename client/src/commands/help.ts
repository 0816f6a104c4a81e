import { Failure } from '@albatross/shared/contracts/failures';
import { Argument, type Command } from 'commander';
import { helpText } from '../help/command-tree.ts';
import { addExamples } from '../help/examples.ts';
import { TOPICS } from '../help/topics.ts';
import type { Session } from '../session.ts';
import { table } from '../table.ts';

export function addHelp(program: Command, session: Session): void {
  const names = ['topics', ...TOPICS.map(({ name }) => name)];
  // Which are offered; the name of a command is one as well.
  const topic = new Argument('[topic]', 'a topic, a command, or "topics" for a list of topics');
  topic.choices(names).argParser((text: string) => text);
  addExamples(program.command('help'), [
    'albatross help topics',
    'albatross help names',
    'albatross help create',
  ])
    .description('explain a command, or a topic')
    .addArgument(topic)
    .action((asked: string | undefined) => {
      if (asked === 'topics') return showTopics(session);
      const name = asked?.replaceAll('_', '-');
      const text = name === undefined ? helpText(program) : textAbout(name, program);
      session.output.show({ name: name ?? null, text }, text.trimEnd().split('\n'));
    });
}

function showTopics({ output }: Session): void {
  const topics = TOPICS.map(({ name, summary }) => ({ name, summary }));
  const rows = topics.map(({ name, summary }) => [name, summary]);
  output.list(topics, table(['TOPIC', 'ABOUT'], rows), 'no topics');
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
