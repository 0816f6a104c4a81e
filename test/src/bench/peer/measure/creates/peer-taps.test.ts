import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { it } from 'node:test';
import { BenchBridge } from '../../../groups/creates/bench-bridge.ts';
import { PeerTaps } from './peer-taps.ts';

/** Higher than the original gets. */
const [EARLIER, AT_BRIDGE, AT_NONE] = ['vmmtap90001', 'vmmtap90002', 'vmmtap90003'] as const;

it('takes back the taps of an original that failed, and no others', async (t) => {
  const bridge = await BenchBridge.make();
  if (typeof bridge === 'string') return t.skip(`not run here: ${bridge}`);
  await using _ = bridge;
  try {
    // At that bridge, or it would seem to be left to whoever tries the same beside us.
    add(EARLIER, bridge.name);
    await using taps = new PeerTaps(bridge.name);
    add(AT_BRIDGE, bridge.name);
    add(AT_NONE);
    await taps[Symbol.asyncDispose]();
    assert.deepEqual([EARLIER, AT_BRIDGE, AT_NONE].map(isThere), [true, false, false]);
  } finally {
    for (const tap of [EARLIER, AT_BRIDGE, AT_NONE])
      if (isThere(tap)) execFileSync('ip', ['link', 'del', 'dev', tap]);
  }
});

function add(tap: string, bridge: string | null = null): void {
  execFileSync('ip', ['tuntap', 'add', 'dev', tap, 'mode', 'tap']);
  if (bridge !== null) execFileSync('ip', ['link', 'set', 'dev', tap, 'master', bridge]);
}

function isThere(tap: string): boolean {
  return existsSync(`/sys/class/net/${tap}`);
}
