import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { fileURLToPath } from 'node:url';
import { mapFile } from './transpile.ts';

/**
 * Stack traces tell lines of the source. Node's own `setSourceMapsEnabled` reads every map when its module is
 * loaded, which takes a fifth of what a usual test file takes; here it is read when somebody looks at a stack.
 */
export function showSources(cache: string): void {
  const maps = new Map<string, SourceMap | null>();
  const mapOf = (file: string): SourceMap | null => {
    const known = maps.get(file) ?? readMap(mapFile(cache, file));
    maps.set(file, known);
    return known;
  };
  Error.prepareStackTrace = (error, frames) =>
    // oxlint-disable-next-line typescript/no-base-to-string -- V8's frames have a form of their own.
    [String(error), ...frames.map((frame) => inSource(frame.toString(), mapOf))].join('\n    at ');
}

/** `file:///a/b.ts:12:5` in a frame is of the JavaScript. */
function inSource(frame: string, mapOf: (file: string) => SourceMap | null): string {
  return frame.replace(
    /(file:\/\/[^\s()]+\.ts):(\d+):(\d+)/,
    (found, url: string, line: string, column: string) => {
      const entry = mapOf(fileURLToPath(url))?.findEntry(Number(line) - 1, Number(column) - 1);
      if (entry === undefined || !('originalLine' in entry)) return found;
      return `${url}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    },
  );
}

function readMap(file: string): SourceMap | null {
  try {
    return new SourceMap(JSON.parse(readFileSync(file, 'utf8')) as SourceMapPayload);
  } catch {
    // A module that is not ours.
    return null;
  }
}
