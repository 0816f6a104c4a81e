import { addPolicy } from '@albatross/shared/contracts/policy';
import { Option, type Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { addExamples } from '../help/examples.ts';
import {
  collectBridge,
  collectCpu,
  policyOf,
  readPath,
  readPolicyBlock,
  readPolicyMemory,
  readUnikernels,
  type PolicyFlags,
} from '../policy-arguments.ts';
import {
  addDestinationOptions,
  destinationOf,
  type DestinationFlags,
} from '../remote/destination-options.ts';
import { withBus, type Session } from '../session.ts';

const POLICY_MEMORY_DEFAULT = 512;

type Flags = PolicyFlags & DestinationFlags;

export function addAddPolicy(program: Command, session: Session): void {
  const command = program
    .command('add-policy')
    .alias('replace-policy')
    .description('set what may be used at a path and everywhere below it')
    .argument('<path>', 'the path, as in foo or foo:bar; ":" is the root')
    .argument('<unikernels>', 'how many unikernels there may be')
    .option('--mem <mib>', 'memory in MiB', readPolicyMemory, POLICY_MEMORY_DEFAULT)
    .option('--cpu <n>', 'a CPU; may be given several times (default: 0)', collectCpu)
    .option('--block <mib>', 'block storage in MiB (default: none)', readPolicyBlock)
    .addOption(
      new Option('--size <mib>', 'the same as --block')
        .argParser(readPolicyBlock)
        .conflicts('block'),
    )
    .option(
      '--bridge <name>',
      'a bridge; may be given several times (default: none)',
      collectBridge,
    )
    .option('--network <name>', 'the same as --bridge', collectBridge);
  addExamples(command, ['albatross add-policy foo 16 --mem 1024 --cpu 0 --cpu 1']);
  addDestinationOptions(command).action(
    async (path: string, count: string, flags: Flags, command: Command) => {
      const name = readPath(path);
      const policy = policyOf(readUnikernels(count), flags);
      const place = destinationOf(flags);
      if (place.kind !== 'local') {
        const { carryOut } = await import('../remote/give-order.ts');
        const { wirePolicyOf } = await import('@albatross/wire');
        const order = { kind: 'policy-add', policy: wirePolicyOf(policy) } as const;
        return void (await carryOut(session, place, { name, command: order }));
      }
      const { changed } = await withBus(session, command, async (bus) => {
        return await bus.request(addPolicy, { id: randomUUID(), name, policy });
      });
      session.output.done(
        { path: name, changed },
        changed ? `added the policy of ${name}` : `the policy of ${name} is so already`,
      );
    },
  );
}
