import { Failure } from '@albatross/shared/contracts/failures';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planImport, type ImportPlan } from './state-import.ts';
import { planToJson } from './state-import-json.ts';
import { planLines, resultLine, summary } from './state-import-view.ts';
import {
  DIGEST,
  imagesOf,
  stateOf,
  writtenConfig,
  writtenPolicy,
} from './testing/state-entries.ts';

const SECRET = 'hunter2';

function plan(): ImportPlan {
  const state = stateOf({
    unikernels: {
      hello: writtenConfig({
        compressed: true,
        startup: 10,
        fail: { kind: 'restart', codes: [1, 2] },
        cpuids: [0, 1],
        nets: [{ name: 'service', bridge: null, mac: '02:00:00:00:00:2a' }],
        blocks: [{ name: 'storage', device: 'data', sectorSize: 512 }],
        arguments: ['--key', SECRET],
      }),
      'foo:big': writtenConfig({ memory: -5, addName: false, arguments: [SECRET] }),
      vm: writtenConfig({
        typ: 'bhyve',
        linuxBoot: '\u001b[2J',
        nets: [evil],
        arguments: [SECRET],
      }),
    },
    policies: { ':': writtenPolicy(), 'foo:': writtenPolicy({ bridges: ['service'] }) },
  });
  return planImport(state, imagesOf(state), null);
}

const evil = { name: 'service', bridge: '\u001b[2J', mac: null };

describe('what is shown of an import', () => {
  it('is everything but the arguments', () => {
    assert.deepEqual(planLines(plan()), [
      "policy : skipped, the machine's own, not imported",
      'policy foo: to import',
      '  4 unikernels, 256 MiB of memory, no block storage, the CPU 0, the bridge service',
      'unikernel hello: to import',
      '  32 MiB of memory, the CPUs 0-1, start-up priority 10, restarted after status 1, 2, 2 arguments and --name',
      `  image of 1000 bytes, 3 bytes compressed, sha256 ${DIGEST}`,
      '  net service on the bridge service, 02:00:00:00:00:2a',
      '  block storage from data, sectors of 512 bytes',
      'unikernel foo:big: refused, memory is a whole number of MiB, at least 1; -5 is not [MEMORY_INVALID]',
      '  -5 MiB of memory, the CPU 0, start-up priority 50, never restarted, 1 argument',
      `  image of 3 bytes, sha256 ${DIGEST}`,
      'unikernel vm: refused, it is made for bhyve, which Linux does not have [HYPERVISOR_UNSUPPORTED]',
      '  32 MiB of memory, the CPU 0, start-up priority 50, never restarted, 1 argument and --name',
      `  image of 3 bytes, sha256 ${DIGEST}`,
      '  net service on the bridge \\x1b[2J',
      '2 to import, 1 skipped, 2 refused',
    ]);
  });

  it('to programs is the same, and no argument either', () => {
    const json = JSON.stringify(planToJson(plan(), new Map()));
    assert.ok(!json.includes(SECRET));
    assert.deepEqual(JSON.parse(json).unikernels[0], {
      name: 'hello',
      outcome: 'import',
      code: null,
      why: null,
      notes: [],
      unikernel: {
        hypervisor: 'solo5',
        memoryMib: 32,
        cpus: [0, 1],
        startupPriority: 10,
        restart: { kind: 'on-exit', statuses: [1, 2] },
        addName: true,
        argumentCount: 2,
        nets: [{ name: 'service', bridge: null, mac: '02:00:00:00:00:2a' }],
        blocks: [{ name: 'storage', device: 'data', sectorBytes: 512 }],
        image: { storedBytes: 3, compressed: true, sizeBytes: 1000, digest: DIGEST },
      },
    });
    assert.deepEqual(JSON.parse(json).unikernels[1].code, 'MEMORY_INVALID');
  });

  it('while it is done is one line for each, and a sum', () => {
    const step = plan().unikernels[0] ?? assert.fail();
    const outcome = { kind: 'imported' } as const;
    assert.equal(resultLine({ kind: 'unikernel', step, outcome }), 'unikernel hello: imported');
    const failure = new Failure('DISK_FULL', 'no room');
    const refused = { kind: 'refuse', failure } as const;
    assert.equal(
      resultLine({ kind: 'unikernel', step, outcome: refused }),
      'unikernel hello: refused, no room [DISK_FULL]',
    );
    assert.equal(summary([outcome, outcome, refused]), '2 imported, 1 refused');
    assert.equal(summary([]), 'there is nothing to import');
  });
});
