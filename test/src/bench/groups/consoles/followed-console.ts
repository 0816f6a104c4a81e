import type { Press } from './press.ts';
import type { Receiver } from './receiver.ts';

/** A console whose fifos a press holds, and whoever receives all that is printed into them. */
export interface FollowedConsole {
  readonly pid: number;
  readonly unikernels: number;
  readonly press: Press;
  readonly follower: Receiver;
}
