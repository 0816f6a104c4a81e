/** A file in PEM is malformed, or does not hold what it should. The message says where and what would be right. */
export class PemError extends Error {
  override readonly name = 'PemError';
}

export interface PemBlock {
  /** As `CERTIFICATE`. */
  readonly label: string;
  readonly bytes: Uint8Array;
}

/**
 * ```abnf
 * text  = *(block / line)                   ; a line between blocks is for people
 * block = "-----BEGIN " label "-----" eol
 *         base64                            ; in lines of any length
 *         "-----END " label "-----"         ; the same label
 * ```
 *
 * In the order in which they stand there. Throws `PemError`.
 */
export function readPem(text: string): readonly PemBlock[] {
  const blocks: PemBlock[] = [];
  let at = text.indexOf(BEGIN);
  while (at !== -1) {
    const { block, end } = readBlock(text, at);
    blocks.push(block);
    at = text.indexOf(BEGIN, end);
  }
  return blocks;
}

/**
 * Those of one label, of which there must be at least one; others, as keys, are passed over. `where` is what
 * it was found in. Throws `PemError`.
 */
export function readPemOf(label: string, text: string, where: string): readonly Uint8Array[] {
  const found = readPem(text).filter((block) => block.label === label);
  if (found.length > 0) return found.map(({ bytes }) => bytes);
  throw new PemError(`${where} has no ${BEGIN}${label}${DASHES} in it`);
}

const DASHES = '-----';
const BEGIN = `${DASHES}BEGIN `;
const END = `${DASHES}END `;

function readBlock(
  text: string,
  start: number,
): { readonly block: PemBlock; readonly end: number } {
  const label = readLabel(text, start, BEGIN);
  const bodyStart = start + BEGIN.length + label.length + DASHES.length;
  const bodyEnd = text.indexOf(DASHES, bodyStart);
  if (bodyEnd === -1) throw new PemError(`${lineOf(text, start)}: ${label} has no end`);
  const isEnd = text.startsWith(`${END}${label}${DASHES}`, bodyEnd);
  if (!isEnd) {
    const expected = `${END}${label}${DASHES}`;
    throw new PemError(`${lineOf(text, bodyEnd)}: expected ${expected}, found something else`);
  }
  const bytes = readBase64(text.slice(bodyStart, bodyEnd));
  if (bytes === null)
    throw new PemError(`${lineOf(text, start)}: the content of this ${label} is not base64`);
  return { block: { label, bytes }, end: bodyEnd + END.length };
}

const LABEL_LENGTH = 64;

function readLabel(text: string, start: number, before: string): string {
  const from = start + before.length;
  const label = /^[!-,.-~](?:[ -]?[!-,.-~])*(?=-----)/.exec(text.slice(from, from + LABEL_LENGTH));
  if (label !== null) return label[0];
  throw new PemError(
    `${lineOf(text, start)}: expected ${before}LABEL${DASHES}, found something else`,
  );
}

/** Node passes over what is not base64: then it is less than it should be. */
function readBase64(body: string): Uint8Array | null {
  if (/[^A-Za-z0-9+/=\s]/.test(body)) return null;
  const digits = body.replaceAll(/\s+/g, '');
  const bytes = Buffer.from(digits, 'base64');
  const padding = digits.endsWith('==') ? 2 : Number(digits.endsWith('='));
  return bytes.length === (digits.length / 4) * 3 - padding ? bytes : null;
}

/** Lines are counted only for who made a mistake. */
function lineOf(text: string, at: number): string {
  return `line ${text.slice(0, at).split('\n').length}`;
}
