import type { Script } from 'node:vm';
import type * as program from './program.ts';

/** A part of a program that is loaded when it is needed: fills a module, as files do that `require` loads. */
type Chunk = (require: Load, module: Module, exports: object) => void;
type Load = (name: string) => unknown;

interface Module {
  exports: object;
}

/** Objects of chunks by their names; the rest is read when one is asked for that is not among the first. */
export interface Scripts {
  readonly often: Script;
  readonly rest: () => Script;
}

/** Runs an installed program. `builtin` loads modules of Node's. Returns what `program.ts` exports. */
export function runProgram({ often, rest }: Scripts, builtin: Load): typeof program {
  let chunks = chunksOf(often);
  const modules = new Map<string, Module>();
  function chunkOf(name: string): Chunk | undefined {
    if (name.startsWith('./') && !chunks.has(name))
      chunks = new Map([...chunks, ...chunksOf(rest())]);
    return chunks.get(name);
  }
  function load(name: string): unknown {
    const known = modules.get(name);
    if (known !== undefined) return known.exports;
    const chunk = chunkOf(name);
    if (chunk === undefined) return builtin(name);
    const module: Module = { exports: {} };
    modules.set(name, module);
    chunk(load, module, module.exports);
    return module.exports;
  }
  return load(ENTRY) as typeof program;
}

const ENTRY = './program.js';

function chunksOf(script: Script): ReadonlyMap<string, Chunk> {
  return new Map(Object.entries(script.runInThisContext() as Record<string, Chunk>));
}
