export interface ParsedLine {
  readonly measurement: string;
  readonly tags: readonly (readonly [string, string])[];
  readonly fields: readonly (readonly [string, string])[];
  readonly timestamp: string;
}

/**
 * Reads a line one character at a time, by the grammar and not by the code that writes it. Throws for what
 * is no line.
 */
export function parseLine(line: string): ParsedLine {
  let at = 0;
  const take = (ends: string): string => {
    let text = '';
    for (; at < line.length && !ends.includes(line.charAt(at)); at += 1) {
      if (line.charAt(at) === '\n') throw new Error(`a line ends within: ${line}`);
      const isEscape = line.charAt(at) === '\\' && ',= \\'.includes(line.charAt(at + 1) || '?');
      if (isEscape) at += 1;
      text += line.charAt(at);
    }
    return text;
  };
  const expect = (character: string): void => {
    if (line.charAt(at) !== character) throw new Error(`no ${character} at ${at} of ${line}`);
    at += 1;
  };
  const pair = (): readonly [string, string] => {
    const key = take(',= ');
    expect('=');
    const value = take(',= ');
    if (key === '' || value === '') throw new Error(`something is empty before ${at} of ${line}`);
    return [key, value];
  };
  const pairs = (): readonly (readonly [string, string])[] => {
    const found = [pair()];
    for (; line.charAt(at) === ','; found.push(pair())) at += 1;
    return found;
  };
  const measurement = take(', ');
  if (line.charAt(at) === ',') at += 1;
  const tags = line.charAt(at) === ' ' ? [] : pairs();
  expect(' ');
  const fields = pairs();
  expect(' ');
  const timestamp = line.slice(at);
  if (!/^\d+$/.test(timestamp) || measurement === '') throw new Error(`no line: ${line}`);
  return { measurement, tags, fields, timestamp };
}
