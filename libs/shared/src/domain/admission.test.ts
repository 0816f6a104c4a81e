import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { admit, type Share } from './admission.ts';
import { parseUnikernelName } from './name.ts';

const share = (memoryMib: number, name = 'hello'): Share => ({
  name: parseUnikernelName(name),
  memoryMib,
});

describe('admission', () => {
  it('lets in what fills the policy to the last MiB, and not one more', () => {
    const held = [share(32, 'a'), share(16, 'b')];
    assert.equal(admit({ memoryMib: 64 }, held, share(16)), null);
    assert.deepEqual(admit({ memoryMib: 64 }, held, share(17)), {
      policy: ':',
      resource: 'memoryMib',
      limit: 64,
      used: 48,
      requested: 17,
      usedBy: [share(32, 'a'), share(16, 'b')],
    });
  });

  it('names those who use most, and tells nothing else of them', () => {
    const secretive = (memoryMib: number): Share & { secret: string } => ({
      ...share(memoryMib, `u${memoryMib}`),
      secret: 'password',
    });
    const held = Array.from({ length: 20 }, (_, index) => secretive(index + 1));
    const usedBy = admit({ memoryMib: 1 }, held, share(1))?.usedBy;
    const largest = Array.from({ length: 10 }, (_, index) => share(20 - index, `u${20 - index}`));
    assert.deepEqual(usedBy, largest);
  });

  it('lets nothing in where more is held already than the policy, lowered since, allows', () => {
    assert.equal(admit({ memoryMib: 16 }, [share(32, 'a')], share(1))?.used, 32);
  });

  it('never lets the sum over the limit, and refuses nothing that fits', () => {
    const memory = fc.integer({ min: 1, max: 64 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 256 }), fc.array(memory), (limit, requests) => {
        const held: Share[] = [];
        let used = 0;
        for (const memoryMib of requests) {
          const excess = admit({ memoryMib: limit }, held, share(memoryMib));
          assert.equal(excess === null, used + memoryMib <= limit);
          if (excess !== null) continue;
          held.push(share(memoryMib));
          used += memoryMib;
        }
        assert.ok(used <= limit);
      }),
    );
  });
});
