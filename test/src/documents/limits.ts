import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export interface Limit {
  readonly name: string;
  readonly value: number;
  /** From the root of the repository. */
  readonly file: string;
}

/** An exported number whose name has one of these words is a limit. */
const LIMIT = /(^|_)(MAX|MIN|MS|BYTES|IN_FLIGHT)(_|$)/;

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Every limit of the program, with the value its module gives it. */
export async function readLimits(): Promise<readonly Limit[]> {
  const listing = execFileSync(
    'git',
    ['ls-files', '-co', '--exclude-standard', 'libs', 'services', 'client', 'deploy'],
    { cwd: root, encoding: 'utf8' },
  );
  const files = listing
    .split('\n')
    .filter((file) => isProgram(file) && existsSync(join(root, file)));
  const limits: Limit[] = [];
  for (const file of files) {
    const names = limitNamesIn(readFileSync(join(root, file), 'utf8'));
    // Only modules that have one: importing a main.ts would run it.
    if (names.length === 0) continue;
    const module: Record<string, unknown> = await import(pathToFileURL(join(root, file)).href);
    for (const name of names) {
      const value = module[name];
      if (typeof value === 'number') limits.push({ name, value, file });
    }
  }
  return limits;
}

export function limitNamesIn(code: string): readonly string[] {
  return [...code.matchAll(/^export const ([A-Z][A-Z0-9_]*)\b/gm)].flatMap(([, name = '']) =>
    LIMIT.test(name) ? [name] : [],
  );
}

function isProgram(file: string): boolean {
  return file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('/testing/');
}
