import type { Command } from 'commander';
import type { Session } from './session.ts';
import { subcommandIn } from './subcommand-name.ts';

/** Adds a command to a program. */
export type AddCommand = (program: Command, session: Session) => void;

/**
 * Every command in a file of its own, which is loaded when somebody wants that command: to load all of them, and
 * the libraries of each, takes longer than most of them work. In the order of the help.
 */
export const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  create: async () => (await import('./commands/create.ts')).addCreate,
  info: async () => (await import('./commands/info.ts')).addInfo,
  console: async () => (await import('./commands/console.ts')).addConsole,
  'inactive-consoles': async () =>
    (await import('./commands/inactive-consoles.ts')).addInactiveConsoles,
  log: async () => (await import('./commands/log.ts')).addLog,
  restart: async () => (await import('./commands/restart.ts')).addRestart,
  stop: async () => (await import('./commands/stop.ts')).addStop,
  start: async () => (await import('./commands/start.ts')).addStart,
  destroy: async () => (await import('./commands/destroy.ts')).addDestroy,
  update: async () => (await import('./commands/update.ts')).addUpdate,
  get: async () => (await import('./commands/get.ts')).addGet,
  block: async () => (await import('./commands/block.ts')).addBlock,
  'create-block': async () => (await import('./commands/create-block.ts')).addCreateBlock,
  'set-block': async () => (await import('./commands/set-block.ts')).addSetBlock,
  'dump-block': async () => (await import('./commands/dump-block.ts')).addDumpBlock,
  'destroy-block': async () => (await import('./commands/destroy-block.ts')).addDestroyBlock,
  policy: async () => (await import('./commands/policy.ts')).addPolicyInfo,
  'add-policy': async () => (await import('./commands/add-policy.ts')).addAddPolicy,
  'remove-policy': async () => (await import('./commands/remove-policy.ts')).addRemovePolicy,
  stats: async () => (await import('./commands/stats.ts')).addStats,
  top: async () => (await import('./commands/top.ts')).addTop,
  'stats-add': async () => (await import('./commands/stats-add.ts')).addStatsAdd,
  'stats-remove': async () => (await import('./commands/stats-remove.ts')).addStatsRemove,
  export: async () => (await import('./commands/export.ts')).addExport,
  diff: async () => (await import('./commands/diff.ts')).addDiff,
  apply: async () => (await import('./commands/apply.ts')).addApply,
  'import-state': async () => (await import('./commands/import-state.ts')).addImportState,
  'inspect-dump': async () => (await import('./commands/inspect-dump.ts')).addInspectDump,
  'extract-dump': async () => (await import('./commands/extract-dump.ts')).addExtractDump,
  generate: async () => (await import('./commands/generate.ts')).addGenerate,
  sign: async () => (await import('./commands/sign.ts')).addSign,
  revoke: async () => (await import('./commands/revoke.ts')).addRevoke,
  explain: async () => (await import('./commands/explain.ts')).addExplain,
  certificate: async () => (await import('./commands/certificate.ts')).addCertificate,
  setup: async () => (await import('./commands/setup.ts')).addSetup,
  doctor: async () => (await import('./commands/doctor.ts')).addDoctor,
  help: async () => (await import('./commands/help.ts')).addHelp,
  completion: async () => (await import('./commands/completion.ts')).addCompletion,
  complete: async () => (await import('./commands/complete.ts')).addComplete,
};

/** They tell of all the others. */
const TELL_OF_ALL = ['help', 'completion'];

/** Those that a command line needs: its own one, or all when it names none, in the order of the help. */
export async function commandsFor(
  words: readonly string[],
  program: Command,
): Promise<readonly AddCommand[]> {
  const name = subcommandIn(words, program);
  const [load] = Object.entries(COMMANDS).flatMap(([one, load]) => (one === name ? load : []));
  if (load === undefined || TELL_OF_ALL.includes(name ?? '')) return await allCommands();
  return [await load()];
}

export async function allCommands(): Promise<readonly AddCommand[]> {
  return await Promise.all(Object.values(COMMANDS).map(async (load) => await load()));
}
