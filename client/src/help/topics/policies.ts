import type { Topic } from '../topic.ts';

export const policies: Topic = {
  name: 'policies',
  summary: 'what may run below a path, and how much of it',
  text: `
A policy is for a path and for all below it. It says how many unikernels there may be,
how much memory and block storage they have together, on which CPUs they run and on
which bridges.

  albatross add-policy foo: 16 --mem 1024 --cpu 0 --cpu 1 --block 2048 --network service
  albatross policy --path foo:
  albatross remove-policy --path foo:

A policy may allow no more than those above it, the root's aside, and no less than those
below it and what is in use already; else it is refused and nothing changes. A path
without a policy of its own is bound by those above. The root always has one: of what the
machine has, until another is given.

Every create is measured against each policy from its path up to the root, and a refusal
names the policy, the figure and who uses it.
`,
};
