import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import type { UnikernelName } from '@albatross/shared/domain/name';

/** Whoever is shown what consoles hold. */
export interface ConsoleReader {
  readonly show: (name: UnikernelName, entry: ConsoleEntry) => void;
  /** Whether more waits to be read already than should. */
  readonly isFull: boolean;
  /** Resolves when it is not full. */
  readonly room: () => Promise<void>;
}
