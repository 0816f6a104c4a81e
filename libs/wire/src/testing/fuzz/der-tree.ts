/** Something that may be DER, taken apart so that a change of a part leaves the lengths around it right. */
export interface DerNode {
  readonly tag: number;
  readonly content: Uint8Array | readonly DerNode[];
}

/** Null for what is none. Goes no deeper than `depth`: the input may be anything. */
export function parseNodes(bytes: Uint8Array, depth = 20): readonly DerNode[] | null {
  const nodes: DerNode[] = [];
  let at = 0;
  while (at < bytes.length) {
    const head = readHead(bytes, at);
    if (head === null || head.end > bytes.length) return null;
    const content = bytes.subarray(head.start, head.end);
    const isConstructed = (head.tag & 0x20) !== 0;
    const inner = isConstructed && depth > 0 ? parseNodes(content, depth - 1) : null;
    nodes.push({ tag: head.tag, content: inner ?? content });
    at = head.end;
  }
  return nodes;
}

function readHead(
  bytes: Uint8Array,
  at: number,
): { readonly tag: number; readonly start: number; readonly end: number } | null {
  const [tag, first] = bytes.subarray(at, at + 2);
  if (tag === undefined || first === undefined) return null;
  const count = first < 0x80 ? 0 : first & 0x7f;
  if (count > 4) return null;
  const start = at + 2 + count;
  const length =
    count === 0 ? first : bytes.subarray(at + 2, start).reduce((sum, byte) => sum * 256 + byte, 0);
  return { tag, start, end: start + length };
}

export function serializeNodes(nodes: readonly DerNode[]): Uint8Array {
  return Buffer.concat(
    nodes.flatMap(({ tag, content }) => {
      const bytes = content instanceof Uint8Array ? content : serializeNodes(content);
      return [headOf(tag, bytes.length), bytes];
    }),
  );
}

function headOf(tag: number, length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(tag, length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Uint8Array.of(tag, 0x80 + bytes.length, ...bytes);
}
