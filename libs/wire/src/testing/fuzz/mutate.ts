import { parseNodes, serializeNodes, type DerNode } from './der-tree.ts';
import type { Dice } from './dice.ts';

/** Inputs longer than this are cut. */
export const INPUT_BYTES_MAX = 65_536;

type Mutation = (bytes: Uint8Array, dice: Dice, other: () => Uint8Array) => Uint8Array;

/** One to four changes; `other` gives inputs to take parts from. */
export function mutate(bytes: Uint8Array, dice: Dice, other: () => Uint8Array): Uint8Array {
  let mutated = bytes;
  for (let left = 1 + dice.below(4); left > 0; left -= 1)
    mutated = dice.pick(MUTATIONS)(mutated, dice, other);
  // A copy of exactly this: whoever reads beyond its end finds nothing.
  return new Uint8Array(mutated.subarray(0, INPUT_BYTES_MAX));
}

const MUTATIONS: readonly Mutation[] = [
  (bytes, dice) => withByte(bytes, dice.below(bytes.length + 1), dice.pick(TELLING)),
  (bytes, dice) => withByte(bytes, dice.below(bytes.length + 1), dice.below(256)),
  (bytes, dice) => {
    const at = dice.below(bytes.length + 1);
    return withByte(bytes, at, (bytes[at] ?? 0) ^ (1 << dice.below(8)));
  },
  (bytes, dice) => splice(bytes, dice.below(bytes.length + 1), 0, dice.bytes(1 + dice.below(8))),
  (bytes, dice) => splice(bytes, dice.below(bytes.length + 1), 1 + dice.below(16), NOTHING),
  (bytes, dice) => bytes.subarray(0, dice.below(bytes.length + 1)),
  (bytes, dice, other) => {
    const donor = other();
    const from = dice.below(donor.length + 1);
    const part = donor.subarray(from, from + dice.below(64));
    return splice(bytes, dice.below(bytes.length + 1), dice.below(64), part);
  },
  (bytes, dice) => {
    const from = dice.below(bytes.length + 1);
    const part = bytes.subarray(from, from + 1 + dice.below(32));
    const many = Array.from({ length: 1 + dice.below(40) }, () => part);
    return splice(bytes, from, 0, Buffer.concat(many));
  },
  mutateNode,
  mutateNode,
  mutateNode,
];

/** Ends of ranges, and the tags of the grammar. */
const TELLING = [
  0x00, 0x01, 0x02, 0x04, 0x05, 0x0c, 0x18, 0x1f, 0x30, 0x31, 0x7f, 0x80, 0x81, 0x84, 0x85, 0xa0,
  0xa1, 0xa3, 0xa4, 0xad, 0xb4, 0xfe, 0xff,
];
const NOTHING = new Uint8Array();

function withByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  return splice(bytes, at, 1, Uint8Array.of(value));
}

function splice(bytes: Uint8Array, at: number, fewer: number, more: Uint8Array): Uint8Array {
  return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at + fewer)]);
}

/** Changes one value somewhere inside, and the lengths of those around it with it. */
function mutateNode(bytes: Uint8Array, dice: Dice, other: () => Uint8Array): Uint8Array {
  const nodes = parseNodes(bytes);
  if (nodes === null || nodes.length === 0) return withByte(bytes, dice.below(bytes.length + 1), 0);
  return serializeNodes(inOneOf(nodes, dice, other));
}

function inOneOf(
  nodes: readonly DerNode[],
  dice: Dice,
  other: () => Uint8Array,
): readonly DerNode[] {
  const at = dice.below(Math.max(nodes.length, 1));
  const node = nodes[at];
  const inner = node?.content;
  if (node !== undefined && Array.isArray(inner) && inner.length > 0 && dice.below(4) > 0)
    return nodes.with(at, { ...node, content: inOneOf(inner, dice, other) });
  return nodes.toSpliced(at, node === undefined ? 0 : 1, ...insteadOf(node, dice, other));
}

function insteadOf(
  node: DerNode | undefined,
  dice: Dice,
  other: () => Uint8Array,
): readonly DerNode[] {
  const strange = strangeNode(dice, other);
  if (node === undefined) return [strange];
  const content = node.content instanceof Uint8Array ? node.content : serializeNodes(node.content);
  return dice.pick<readonly DerNode[]>([
    [],
    [node, node],
    [strange],
    [node, strange],
    [{ tag: dice.pick(TELLING), content: node.content }],
    [{ tag: node.tag, content: mutate(content, dice, other) }],
    [{ tag: node.tag, content: dice.bytes(dice.below(24)) }],
    Array.from({ length: 1 + dice.below(200) }, () => node),
  ]);
}

/** Something out of another input, at any depth. */
function strangeNode(dice: Dice, other: () => Uint8Array): DerNode {
  let nodes: readonly DerNode[] | null = parseNodes(other());
  let found: DerNode = { tag: dice.pick(TELLING), content: dice.bytes(dice.below(12)) };
  while (nodes !== null && nodes.length > 0 && dice.below(5) > 0) {
    found = dice.pick(nodes);
    nodes = found.content instanceof Uint8Array ? null : found.content;
  }
  return found;
}
