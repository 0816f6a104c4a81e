import { cellText, together, type Cell, type Outcome } from './cell.ts';
import { HEADINGS, NOT_APPLICABLE, type Columns, type TriedColumns } from './columns.ts';
import { PLACES } from './our-steps.ts';
import { SUBCOMMANDS, type Subcommand } from './subcommands.ts';

const COLUMNS = ['ours', 'certificates', 'sockets', 'bytes'] as const;

/** `docs/interoperability.md`, made of what became of everything that was tried. */
export function renderInteroperability(tried: TriedColumns): string {
  return `${[introduction(), table(tried), ...COLUMNS.map((column) => details(column, tried))].join('\n\n')}\n`;
}

/** Throws a RangeError for a place in the table of which nothing is known. */
export function cellAt(tried: TriedColumns, column: keyof Columns<unknown>, row: Subcommand): Cell {
  const why = NOT_APPLICABLE[column][row];
  if (why !== undefined) return { kind: 'not applicable', why };
  const outcomes = tried[column].get(row);
  if (outcomes === undefined) throw new RangeError(`nothing was tried of ${row} in ${column}`);
  return together(outcomes);
}

function introduction(): string {
  return `# Interoperability

<!-- Made from test/src/interoperability by "npm run docs"; a test tries all of it, and compares. Do not edit. -->

What of the original, albatross v2.7.2 (protocol version 5), and of this one can take each other's place. Its
certificates, requests and answers were recorded; see \`libs/pki/vectors\` and \`libs/wire/vectors\`. A test
carries out everything below against a running system, its endpoint and its sockets.

- **works**: done, or refused where the original refuses. An answer may have other words, times or ways to
  deflate in it, and guests print other lines.
- **equal**: everything that was tried was the same byte for byte.
- **differs**: something is otherwise, and why.
- **not applicable**: there is nothing to compare, and why. What was tried even so is that it is refused.

The last column compares with the same key, and certificates with the same serial number at the same time.`;
}

function table(tried: TriedColumns): string {
  const rows = SUBCOMMANDS.map((row) => {
    const cells = COLUMNS.map((column) => cellText(cellAt(tried, column, row)));
    return `| \`${row}\` | ${cells.join(' | ')} |`;
  });
  const headings = COLUMNS.map((column) => HEADINGS[column]);
  return `| subcommand | ${headings.join(' | ')} |\n|---|---|---|---|---|\n${rows.join('\n')}`;
}

function details(column: keyof Columns<unknown>, tried: TriedColumns): string {
  const rows = SUBCOMMANDS.flatMap((row) => {
    const outcomes = tried[column].get(row) ?? [];
    return groups(outcomes).map(
      ([manner, titles], index) =>
        `| ${index === 0 ? `\`${row}\`` : ''} | ${titles.map(titleText).join('<br>')} | ${manner} |`,
    );
  });
  const head = `| subcommand | tried | came to |\n|---|---|---|`;
  return [`## ${HEADINGS[column]}`, NOTES[column], `${head}\n${rows.join('\n')}`].join('\n\n');
}

function titleText([title, count]: readonly [string, number]): string {
  return count === 1 ? `\`${title}\`` : `\`${title}\` (${count} times)`;
}

/** Those that came to the same, with how often each was tried. */
function groups(
  outcomes: readonly Outcome[],
): readonly (readonly [manner: string, titles: readonly (readonly [string, number])[]])[] {
  const found = new Map<string, Map<string, number>>();
  for (const { manner, title } of outcomes) {
    const titles = found.get(manner) ?? new Map<string, number>();
    found.set(manner, titles.set(title, (titles.get(title) ?? 0) + 1));
  }
  return [...found].map(([manner, titles]) => [manner, [...titles]] as const);
}

const NOTES: Columns<string> = {
  ours: `Command lines of our client, in this order for each subcommand. ${Object.entries(PLACES)
    .map(([name, options]) => `\`${name}\` stands for \`${options}\``)
    .join(', ')}.`,
  certificates:
    'Certificates that the original signed, in `libs/pki/vectors/leaves`, shown to our endpoint over TLS in the order in which they were shown to that of the original. Its answers are in `libs/wire/vectors/tls-replies`.',
  sockets:
    'What the client of the original said, in `libs/wire/vectors/local`, in the order in which it was recorded; what is not listed was left out. What begins with `tls-` its endpoint said for clients.',
  bytes:
    'With `--csr`, the request that our client writes is compared with the one that the original wrote, and the certificate that we make of ours with the one that it signed. With `--destination`, what our client shows to a server is made again with the key of what the other showed, and compared, and so is what it says behind it.',
};
