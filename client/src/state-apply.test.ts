import { Failure, type FailureCode } from '@albatross/shared/contracts/failures';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { carryOut, type Importer } from './state-apply.ts';
import { planImport, type ImportPlan } from './state-import.ts';
import { imagesOf, stateOf, writtenConfig, writtenPolicy } from './testing/state-entries.ts';

/** Takes everything but what it is told to refuse. */
class Recorder implements Importer {
  readonly asked: string[] = [];
  readonly #refusals: Readonly<Record<string, FailureCode>>;

  constructor(refusals: Readonly<Record<string, FailureCode>> = {}) {
    this.#refusals = refusals;
  }

  readonly addPolicy: Importer['addPolicy'] = async ({ name }) => this.#ask(name);
  readonly create: Importer['create'] = async ({ body }, { bytes }) =>
    this.#ask(`${body.name} of ${bytes.length} bytes`);

  #ask(what: string): void {
    this.asked.push(what);
    const code = this.#refusals[what];
    if (code !== undefined) throw new Failure(code, 'no');
  }
}

function plan(): ImportPlan {
  const state = stateOf({
    unikernels: {
      one: writtenConfig({ startup: 1 }),
      vm: writtenConfig({ typ: 'bhyve', startup: 2 }),
      three: writtenConfig({ startup: 3 }),
    },
    policies: { ':': writtenPolicy(), 'a:': writtenPolicy(), 'b:': writtenPolicy() },
  });
  return planImport(state, imagesOf(state), null);
}

async function outcomesOf(importer: Importer): Promise<readonly string[]> {
  const outcomes: string[] = [];
  for await (const { step, outcome } of carryOut(plan(), importer))
    outcomes.push(`${step.name} ${outcome.kind}`);
  return outcomes;
}

describe('an import', () => {
  it('asks for what can be imported, policies first, and for nothing else', async () => {
    const recorder = new Recorder();
    assert.deepEqual(await outcomesOf(recorder), [
      ': skip',
      'a: imported',
      'b: imported',
      'one imported',
      'vm refuse',
      'three imported',
    ]);
    assert.deepEqual(recorder.asked, ['a:', 'b:', 'one of 3 bytes', 'three of 3 bytes']);
  });

  it('goes on when something is refused', async () => {
    const recorder = new Recorder({
      'a:': 'POLICY_CONFLICT',
      'one of 3 bytes': 'BRIDGE_NOT_FOUND',
    });
    assert.deepEqual(await outcomesOf(recorder), [
      ': skip',
      'a: refuse',
      'b: imported',
      'one refuse',
      'vm refuse',
      'three imported',
    ]);
  });

  it('ends when nobody is there any more', async () => {
    for (const code of ['BUS_UNREACHABLE', 'SERVICE_DOWN'] as const) {
      const recorder = new Recorder({ 'b:': code });
      await assert.rejects(outcomesOf(recorder), { code });
      assert.deepEqual(recorder.asked, ['a:', 'b:']);
    }
  });
});
