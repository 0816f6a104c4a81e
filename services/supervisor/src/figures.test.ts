import { heartbeat, type HeartbeatContent } from '@albatross/shared/contracts/heartbeat';
import type { UnikernelName } from '@albatross/shared/domain/name';
import type { BlockShare, Policies, Share } from '@albatross/shared/domain/policy';
import { block, path, policies, policy, share } from '@albatross/shared/domain/testing/policies';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { supervisorFigures } from './figures.ts';
import type { Phase } from './unikernels/lifecycle.ts';

interface Held {
  readonly unikernels?: readonly Share[];
  readonly blocks?: readonly BlockShare[];
  /** Names of block devices that a unikernel has. */
  readonly attached?: readonly string[];
  readonly phases?: readonly Phase[];
  readonly views?: readonly Policies[];
  readonly last?: number | null;
}

function figuresOf(held: Held): HeartbeatContent {
  const { unikernels = [], blocks = [], attached = [], phases = [], last = null } = held;
  return supervisorFigures({
    inventory: {
      all: () => phases.map((phase, restarts) => ({ phase, restarts })),
      shares: () => unikernels,
    },
    policies: { views: () => held.views ?? [policies({})] },
    blocks: {
      shares: () => blocks,
      userOf: (name) => (attached.includes(name) ? ('somebody' as UnikernelName) : null),
    },
    events: { list: () => ({ events: [], more: false, first: null, last }) },
  });
}

/** `foo: 1/2 96/100 10+5/20`: unikernels, memory, attached and unattached block storage, each of how much. */
function shown({ domains }: HeartbeatContent): readonly string[] {
  return domains.map(({ path, maximum, used }) => {
    const of = (key: 'unikernels' | 'memoryMib' | 'blockMib'): string =>
      maximum === null ? '-' : String(maximum[key]);
    const blocks = `${used.attachedBlockMib}+${used.unattachedBlockMib}`;
    return `${path} ${used.unikernels}/${of('unikernels')} ${used.memoryMib}/${of('memoryMib')} ${blocks}/${of('blockMib')}`;
  });
}

describe('what the supervisor tells in a heartbeat', () => {
  it('is the use of the root, of every path with a policy, and of all others where something is', () => {
    const views = [
      policies({
        'foo:': { unikernels: 2, memoryMib: 100, blockMib: null },
        'empty:': { unikernels: 1, memoryMib: 10, blockMib: 20 },
      }),
    ];
    const content = figuresOf({
      views,
      unikernels: [share('top', 1), share('foo:a', 32), share('foo:bar:b', 64), share('1:c', 2)],
      blocks: [block('foo:a', 10), block('foo:old', 5), block('disks:d', 7)],
      attached: ['foo:a', 'disks:d'],
    });
    assert.deepEqual(shown(content), [
      ': 4/1000 99/100000 17+5/100000',
      'empty: 0/1 0/10 0+0/20',
      'foo: 2/2 96/100 10+5/null',
      '1: 1/- 2/- 0+0/-',
      'disks: 0/- 0/- 7+0/-',
      'foo:bar: 1/- 64/- 0+0/-',
    ]);
    assert.equal(content.digest['domains'], 6);
    assert.equal(content.digest['policies'], 3);
    assert.equal(content.digest['blocks'], 3);
    heartbeat.shape.domains.parse(content.domains);
  });

  it('is the policies that hold, not one that is only being written', () => {
    const views = [policies({}), policies({ 'foo:': {} })];
    assert.deepEqual(
      figuresOf({ views }).domains.map((one) => one.path),
      [':'],
    );
    assert.deepEqual(
      figuresOf({ views: [new Map([[path('foo:'), policy()]])] }).domains.map((one) => one.path),
      ['foo:'],
    );
  });

  it('is how many unikernels are in which state, and the number of the newest event', () => {
    const process = { pid: 1, startTicks: 1, bootId: 'boot' };
    const { digest, figures } = figuresOf({
      phases: [
        { kind: 'running', life: 1, process },
        { kind: 'backing-off', until: 0, why: null },
        { kind: 'running', life: 2, process },
        { kind: 'failed', why: 'it did' },
      ],
      last: 77,
    });
    assert.deepEqual(digest, {
      'unikernels.starting': 0,
      'unikernels.running': 2,
      'unikernels.stopping': 0,
      'unikernels.backing-off': 1,
      'unikernels.stopped': 0,
      'unikernels.exited': 0,
      'unikernels.failed': 1,
      blocks: 0,
      policies: 1,
      domains: 1,
      newestEvent: 77,
    });
    assert.deepEqual(figures, { restarts: 0 + 1 + 2 + 3 });
    assert.equal(figuresOf({}).digest['newestEvent'], 0);
  });
});
