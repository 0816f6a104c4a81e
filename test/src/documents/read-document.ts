import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export function documentPath(name: string): string {
  return fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url));
}

export function readDocument(name: string): string {
  return readFileSync(documentPath(name), 'utf8');
}

/** The rows of all tables whose first cell is code, as cells; that cell without its backticks. */
export function tableRows(document: string): readonly (readonly string[])[] {
  return [...document.matchAll(/^\| `([^`]+)` \|(.*)\|$/gm)].map(([, key = '', rest = '']) => [
    key,
    ...rest.split('|').map((cell) => cell.trim()),
  ]);
}
