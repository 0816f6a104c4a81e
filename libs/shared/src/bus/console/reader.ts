import type { ConsoleEntry } from '../../contracts/console.ts';
import type { UnikernelName } from '../../domain/name.ts';

/** Whoever is shown what consoles hold. */
export interface ConsoleReader {
  readonly show: (name: UnikernelName, entry: ConsoleEntry) => void;
  /** Whether more waits to be read already than should. */
  readonly isFull: boolean;
  /** Resolves when it is not full. */
  readonly room: () => Promise<void>;
}
