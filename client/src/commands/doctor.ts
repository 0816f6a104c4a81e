import { Failure } from '@albatross/shared/contracts/failures';
import { foldersOf } from '@albatross/shared/runtime/folders';
import type { Command } from 'commander';
import { resolve } from 'node:path';
import { EXIT_REFUSED } from '../exit-status.ts';
import { addExamples } from '../help/examples.ts';
import { addLocalOnly } from '../remote/local-only.ts';
import type { Session } from '../session.ts';

const HELP = `
It changes nothing, and takes some twelve seconds where there is a bus: it waits for a heartbeat of every process.
It exits with 0 unless something fails, otherwise with 117. As root it sees more.`;

export function addDoctor(program: Command, { env, output }: Session): void {
  const command = program
    .command('doctor')
    .description('look whether this host is fit for albatross, and say what mends it');
  addExamples(command, ['albatross doctor']);
  addLocalOnly(command, 'type it on that host')
    .addHelpText('after', HELP)
    .action(async (_flags: object, command: Command) => {
      const { dir: given } = command.optsWithGlobals<{ dir?: string }>();
      if (given === '')
        throw new Failure('USAGE_INVALID', '--dir needs a folder; it was given an empty name');
      const dir = given ?? env['ALBATROSS_DIR'] ?? '';
      const { examine } = await import('../doctor/examine.ts');
      const { programFoldersOf } = await import('../doctor/host-place.ts');
      const { findingLines, findingToJson } = await import('../doctor/view.ts');
      if (process.stderr.isTTY && !output.isJson)
        output.note('looking; where there is a bus, this takes some twelve seconds');
      const findings = await examine({
        folders: foldersOf(dir),
        dir: dir === '' ? null : resolve(dir),
        programFolders: programFoldersOf(env['PATH']),
        uid: process.getuid?.() ?? 0,
        now: Date.now(),
      });
      output.list(findings.map(findingToJson), findingLines(findings), 'nothing to look at');
      if (findings.some(({ level }) => level === 'fail')) process.exitCode ??= EXIT_REFUSED;
    });
}
