import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCheck } from './check.ts';
import { readyOf, waitOf, type WaitFlags } from './wait-options.ts';

const TICK = parseCheck('console:tick');

describe('what is waited for', () => {
  it('is nothing unless somebody says so, and readiness where that is described', () => {
    assert.equal(waitOf({}, 'local').until, 'nothing');
    assert.equal(waitOf({ wait: 'exit' }, 'local').until, 'exit');
    assert.equal(waitOf({ readyWithin: 1000, ready: [TICK] }, 'local').until, 'ready');
    const { ready } = waitOf({ wait: 'ready' }, 'remote');
    assert.deepEqual(ready, { checks: [{ kind: 'up', ms: 5000 }], withinMs: 60_000 });
  });

  it('is refused where it cannot be meant, or is not told there', () => {
    for (const [flags, place, says] of [
      [{ wait: 'exit', ready: [TICK] }, 'local', /--wait exit waits for the end/],
      [{ wait: 'ready' }, 'csr', /with --csr nothing is started yet/],
      [{ follow: true }, 'csr', /with --csr nothing is started yet/],
      [{ follow: true }, 'remote', /"albatross console NAME --destination HOST"/],
      [{ wait: 'exit' }, 'remote', /does not tell how a unikernel ended/],
      [{ ready: [TICK] }, 'remote', /--ready console: cannot be given; tcp: and up: can/],
      [{ ready: [parseCheck('up:61')] }, 'local', /up:61 .* within 60 s; give --ready-within 71$/],
    ] satisfies readonly (readonly [WaitFlags, 'local' | 'remote' | 'csr', RegExp])[])
      assert.throws(() => waitOf(flags, place), { code: 'USAGE_INVALID', message: says });
  });

  it('is not said by --no-ready', () => {
    assert.equal(readyOf({ ready: false }), null);
  });
});
