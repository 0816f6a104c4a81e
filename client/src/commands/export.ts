import { ROOT, type PathName } from '@albatross/shared/domain/name';
import { escapeJson } from '@albatross/shared/runtime/escape';
import type { Command } from 'commander';
import { addExamples } from '../help/examples.ts';
import { readPath } from '../policy-arguments.ts';
import { addLocalOnly } from '../remote/local-only.ts';
import { withBus, type Session } from '../session.ts';
import type { Write } from '../write-file.ts';

interface Flags {
  readonly images?: string;
  readonly output?: string;
  readonly force?: true;
}

export function addExport(program: Command, session: Session): void {
  const command = program
    .command('export')
    .description(
      'print what there is as a file for apply: policies, block devices and unikernels with their arguments, which may be secrets',
    )
    .argument('[path]', 'only what is at and below this path', readPath, ROOT)
    .option(
      '--images <folder>',
      'save the images there and name their files; without, apply finds them only where they run',
    )
    .option(
      '--output <file>',
      'write it there, for you alone to read, and name images below its folder from there; "-" is standard output',
    )
    .option('--force', 'replace that file if there is one');
  addExamples(command, [
    'albatross export > system.yaml',
    'albatross export foo: --images images > foo.yaml',
  ]);
  addLocalOnly(command, 'give the command on the host itself').action(
    async (path: PathName, flags: Flags, command: Command) => {
      const { checkWritable, STDOUT } = await import('../write-file.ts');
      const { output = STDOUT, force = false } = flags;
      await checkWritable(output, force);
      const file = output === STDOUT ? null : output;
      const described = await describe(session, command, path, flags.images, file);
      const { writeYaml } = await import('../description/write-yaml.ts');
      // YAML takes JSON as well.
      const yaml = writeYaml(described);
      if (file === null) return session.output.show(described, yaml.trimEnd().split('\n'));
      const text = session.output.isJson ? `${escapeJson(JSON.stringify(described))}\n` : yaml;
      await save(session, path, { file, force, text });
    },
  );
}

/** In a file, or null: who knows where. */
async function describe(
  session: Session,
  command: Command,
  path: PathName,
  folder: string | undefined,
  file: string | null,
) {
  const { readTree } = await import('../description/read-tree.ts');
  const { saveImages } = await import('../description/save-images.ts');
  const { imageName } = await import('../description/image-name.ts');
  const { writeDescription } = await import('../description/write-description.ts');
  return await withBus(session, command, async (bus) => {
    const running = await readTree(bus, path);
    const images =
      folder === undefined ? null : await saveImages(bus, running, folder, session.output);
    return writeDescription(path, running.tree, (digest) => {
      const image = images?.get(digest);
      return image === undefined ? null : imageName(file, image);
    });
  });
}

interface Written {
  readonly file: string;
  readonly force: boolean;
  readonly text: string;
}

/** Arguments may be secrets. */
async function save(
  { output }: Session,
  path: PathName,
  { file, force, text }: Written,
): Promise<void> {
  const { MODE_OF_OWNER, saveFile } = await import('../write-file.ts');
  const write = async (write: Write): Promise<void> => await write(Buffer.from(text));
  const sizeBytes = await saveFile(file, force, write, MODE_OF_OWNER);
  if (!output.isJson)
    output.done(null, `saved the description of ${path} to ${file} (${sizeBytes} bytes)`);
}
