/** Why a line is not typed. */
export const EXEMPT: Readonly<Record<string, string>> = {
  'npm test': 'it is what runs this test',
};

/** With which statuses an example may end. */
export function statusesOf(line: string): readonly number[] {
  // It ends as it finds the machine.
  return /^albatross doctor\b/.test(line) ? [0, 117] : [0];
}

/** Goes on until Ctrl-C, and then ends with 0. */
export function isEndless(line: string): boolean {
  return ENDLESS.some((pattern) => pattern.test(line));
}

const ENDLESS = [
  /^(?:npx )?albatross (?:console|log|stats) .*(?:--follow|-f)\b/,
  /^(?:npx )?albatross (?:console|stats) .*--destination /,
  /^(?:npx )?albatross top\b/,
  /^(?:albatross-tls-endpoint|influx-bridge|npm start|npm run tls-gateway)\b/,
];

/** Changes nothing in the running system and does not mind what others change: it is carried out beside them. */
export function isAside(line: string): boolean {
  return ASIDE.test(line);
}

const ASIDE =
  /^(?:source <\()?albatross (?:doctor|setup|generate|sign|revoke|explain|help|completion|inspect-dump|extract-dump)\b/;

/** Waits for seconds to see that nothing happens; once is enough. */
export function isLong(line: string): boolean {
  return /--wait ready\b(?!.*--ready\b)/.test(line);
}
