import { execFile } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const NETWORK = '/sys/class/net';
const SOON_MS = 200;

/** The taps that the original makes for a bridge: when it fails on its way, it takes none of them back. */
export class PeerTaps implements AsyncDisposable {
  readonly #bridge: string;
  readonly #before = new Set(tapsHere());

  /** Of those that are there already, none is touched. */
  constructor(bridge: string) {
    this.#bridge = bridge;
  }

  /** Comes when the original has ended, and before the bridge goes. */
  async [Symbol.asyncDispose](): Promise<void> {
    // Whoever else makes one puts it at a bridge in no time.
    if (this.#left().some((tap) => bridgeOf(tap) === null)) await sleep(SOON_MS);
    for (const tap of this.#left())
      await promisify(execFile)('ip', ['link', 'del', 'dev', tap]).catch((error: unknown) => {
        if (tapsHere().includes(tap)) throw error;
      });
  }

  /** One at another bridge is somebody else's. */
  #left(): readonly string[] {
    return tapsHere().filter(
      (tap) => !this.#before.has(tap) && [null, this.#bridge].includes(bridgeOf(tap)),
    );
  }
}

function tapsHere(): readonly string[] {
  return readdirSync(NETWORK).filter((name) => /^vmmtap\d+$/.test(name));
}

/** Null: at none, yet. */
function bridgeOf(tap: string): string | null {
  try {
    return basename(readlinkSync(`${NETWORK}/${tap}/master`));
  } catch {
    return null;
  }
}
