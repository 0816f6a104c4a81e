import type { Exit } from '@albatross/shared/domain/exit';

/** What a guest is told to do, in the words of hello. */
export interface Script {
  readonly words: readonly string[];
  /** How it ends in the end; null when it runs on. */
  readonly exit: Exit | null;
}

const status = (status: number): Exit => ({ kind: 'status', status });

/** With how often each is chosen. */
export const SCRIPTS: readonly (readonly [weight: number, script: Script])[] = [
  [30, { words: ['hang'], exit: null }],
  [15, { words: ['lines=3', 'tick=1000'], exit: null }],
  [3, { words: ['stubborn', 'hang'], exit: null }],
  [10, { words: ['lines=3'], exit: status(0) }],
  [6, { words: ['exit=3'], exit: status(3) }],
  [4, { words: ['exit=200'], exit: status(200) }],
  [3, { words: ['abort'], exit: status(255) }],
  [3, { words: ['fault'], exit: { kind: 'signal', signal: 11 } }],
  [8, { words: ['tick=40', 'ticks=5'], exit: status(0) }],
  [8, { words: ['tick=500', 'ticks=6', 'exit=3'], exit: status(3) }],
  // Ends with 64 the first time, and is started once more without the name.
  [4, { words: ['name=refuse', 'lines=2'], exit: status(0) }],
];
