import type { FailureCode } from '@albatross/shared/contracts/failures';
import type { BodyOf } from '@albatross/shared/contracts/request';
import { restartUnikernel } from '@albatross/shared/contracts/unikernel';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Bench } from '../testing/bench.ts';
import {
  ask,
  assertRefused,
  endGround,
  hostFails,
  snapshot,
  startGround,
  type Ground,
} from '../testing/refusal-trial.ts';
import { IMAGE, NETS, STANDINGS } from '../testing/standings.ts';

type Changes = NonNullable<BodyOf<typeof restartUnikernel>['changes']>;

let ground: Ground;
let bench: Bench;
beforeEach(async () => {
  ground = await startGround();
  ({ bench } = ground);
});
afterEach(async () => await endGround(ground));

interface Fault {
  readonly changes?: Changes;
  readonly given?: () => unknown;
}

/** What a configuration may be refused with before anything is done. */
const CHANGES: Readonly<Partial<Record<FailureCode, readonly Fault[]>>> = {
  MEMORY_INVALID: [0, -1, 1.5].map((memoryMib) => ({ changes: { memoryMib } })),
  CPUS_INVALID: [{ changes: { cpus: [] } }],
  DEVICE_INVALID: [{ changes: { nets: [{ name: '-' }] } }],
  ARGUMENTS_INVALID: [{ changes: { arguments: ['x'.repeat(9000)] } }],
  HYPERVISOR_UNSUPPORTED: [{ changes: { vcpus: 2 } }, { changes: { linuxBoot: 'hd0' } }],
  DEVICES_MISMATCH: [{ changes: {} }],
  POLICY_EXCEEDED: [
    { changes: { ...asking({}), memoryMib: 101 } },
    { changes: { ...asking({}), cpus: [9] } },
  ],
  BLOCK_NOT_FOUND: [{ changes: asking({ device: 'nothing' }) }],
  BLOCK_IN_USE: [{ changes: asking({ device: 'more' }), given: async () => await giveMore() }],
  ZVOL_DENIED: [{ changes: asking({ device: '/dev/zvol/tank/x' }) }],
  BRIDGE_NOT_FOUND: [
    { changes: asking({ bridge: 'nowhere' }) },
    { given: () => hostFails(ground, 'BRIDGE_NOT_FOUND', 'checkBridges') },
  ],
  TENDER_NOT_FOUND: [{ given: () => hostFails(ground, 'TENDER_NOT_FOUND', 'findTender') }],
  TENDER_UNUSABLE: [{ given: () => hostFails(ground, 'TENDER_UNUSABLE', 'findTender') }],
  DEVICE_ACCESS: [{ given: () => hostFails(ground, 'DEVICE_ACCESS', 'findTender') }],
};

function asking({ device = 'data', bridge = 'service' }): Changes {
  return { nets: [{ name: 'net', bridge }], blocks: [{ name: 'data', device }] };
}

async function giveMore(): Promise<void> {
  const blocks = [{ name: 'data', device: 'more', sectorBytes: null }];
  await bench.create('other', { image: IMAGE, nets: NETS, blocks, memoryMib: 1 });
}

for (const [standing, prepare] of Object.entries(STANDINGS)) {
  describe(`a restart of what is ${standing} is refused, and changes nothing, with`, () => {
    for (const [code, faults] of Object.entries(CHANGES)) {
      for (const { changes, given } of faults) {
        it(`${code}, for ${changes === undefined ? 'the machine' : JSON.stringify(changes).slice(0, 80)}`, async () => {
          await prepare(ground);
          await given?.();
          const before = await snapshot(bench);
          const body = {
            id: 'request-1',
            name: 'hello',
            ...(changes === undefined ? {} : { changes }),
          };
          const request = async () => await ask(bench, restartUnikernel, body);
          await assertRefused(bench, code as FailureCode, request, before);
        });
      }
    }
  });
}
