import { build, transform } from 'esbuild';
import { createHash } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lazyBuiltins } from './lazy-builtins.ts';
import { lazyRequires } from './lazy-requires.ts';
import { chunkName, loadedChunks } from './loaded-chunks.ts';
import { withoutPackages } from './without-packages.ts';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

/** What most commands do without, and takes a millisecond or more to load. */
const LAZY = ['child_process', 'dns', 'fs/promises', 'http', 'https', 'readline', 'tls', 'zlib'];

/** `nats` loads it to sign with, which `libs/shared/src/bus/keys.ts` does instead. */
const UNUSED = ['nkeys.js'];

/** The same without what is native: to look for that takes longer than it saves. */
const ALIAS = { msgpackr: 'msgpackr/pack' };

/** Of `globalThis.crypto`, what is asked for; Node has a smaller thing that does the same. */
const RANDOM_VALUES = 'deploy/foreground/src/random-values.ts';

/** What the command that is given most runs; the rest of the program is not even read for it. */
const OFTEN = [
  'client/src/installed/program.ts',
  'client/src/commands/info.ts',
  'client/src/info/show-list.ts',
];

export const COMMON = {
  absWorkingDir: REPOSITORY,
  bundle: true,
  platform: 'node',
  target: 'node20',
  minify: true,
  logLevel: 'error',
} as const;

/** What is said of one chunk. */
export interface ChunkFacts {
  /** The file it is the entry for, from the repository's folder. */
  readonly entryPoint?: string;
  /** The files it is made from, from the repository's folder. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly imports: readonly { readonly path: string; readonly kind: string }[];
  readonly exports: readonly string[];
}

export interface ClientChunks {
  /** Modules of ECMAScript, by their names. */
  readonly texts: ReadonlyMap<string, string>;
  readonly facts: ReadonlyMap<string, ChunkFacts>;
}

/**
 * The client's program in chunks, such that a command loads those it needs: what is behind an `import()` has some
 * of its own.
 */
export async function clientChunks(): Promise<ClientChunks> {
  const { outputFiles, metafile } = await build({
    ...COMMON,
    entryPoints: ['client/src/installed/program.ts'],
    outdir: 'chunks',
    format: 'esm',
    splitting: true,
    write: false,
    metafile: true,
    // The package `nats` asks for these, for each of which Node loads files: for the first, only whether it is there.
    // Nothing of ours asks for them.
    define: {
      'globalThis.ReadableStream': 'Object',
      'globalThis.crypto': 'randomValues',
    },
    inject: [RANDOM_VALUES],
    alias: ALIAS,
    plugins: [lazyBuiltins(LAZY), lazyRequires('nats'), withoutPackages(UNUSED)],
  });
  const named = <T>(path: string, value: T) => [chunkName(path), value] as const;
  return {
    texts: new Map(outputFiles.map(({ path, text }) => named(path, text))),
    facts: new Map(Object.entries(metafile.outputs).map(([path, facts]) => named(path, facts))),
  };
}

/** The files of a program, both named after what is in both. */
export interface ClientProgram {
  readonly often: string;
  readonly rest: string;
}

/**
 * Writes the program: two scripts, each of whose values is an object of chunks, for `run-program.ts`. A chunk is a
 * function, of which V8 makes nothing before it is called. Returns the files' names.
 */
export async function writeClientProgram(folder: string): Promise<ClientProgram> {
  const chunks = await clientChunks();
  const often = loadedChunks(chunks, OFTEN);
  const members = { often: [] as string[], rest: [] as string[] };
  for (const [name, text] of chunks.texts)
    members[often.has(name) ? 'often' : 'rest'].push(await memberOf(chunks, name, text));
  const scripts = { often: scriptOf(members.often), rest: scriptOf(members.rest) };
  const hash = createHash('sha256').update(scripts.often).update(scripts.rest).digest('hex');
  const stem = `albatross-${hash.slice(0, 16)}`;
  const names = { often: `${stem}.js`, rest: `${stem}-rest.js` };
  for (const part of ['often', 'rest'] as const) {
    const file = join(folder, names[part]);
    await writeFile(file, scripts[part]);
    // Whatever the umask is.
    await chmod(file, 0o644);
  }
  return names;
}

async function memberOf({ facts }: ClientChunks, name: string, text: string): Promise<string> {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minify: true,
    supported: { 'dynamic-import': false },
  });
  const isCommonJs = facts.get(name)?.exports.join() === 'default';
  const whole = isCommonJs ? code + NAME_ALL : code;
  return `${JSON.stringify(name)}(require,module,exports){${whole}}`;
}

function scriptOf(members: readonly string[]): string {
  const script = `({${members.join(',\n')}})\n`;
  // As that it is read.
  if (Buffer.byteLength(script) > script.length) throw new Error('the program is not all ASCII');
  return script;
}

/**
 * Of a package that is no module of ECMAScript, esbuild exports the whole alone; whoever imports it wants what is
 * in it by name, as Node has it.
 */
const NAME_ALL =
  '{const all=module.exports.default;for(const name of Object.keys(all))if(name!=="default")' +
  'Object.defineProperty(module.exports,name,{get:()=>all[name],enumerable:true});}';
