import type { WireCommand } from './command.ts';

/** What holds for a command of the original, whoever gives it. */
export interface CommandRule {
  /** Which of its daemons carries it out, each at a socket of its own. The policies of a chain are for vmmd. */
  readonly daemon: 'vmmd' | 'console' | 'stat';
  /** `socket`: not over TLS. `nobody`: what the daemons say to each other. */
  readonly from: 'everywhere' | 'socket' | 'nobody';
  /** `one`: a unikernel, a block device or a console, and never a path. */
  readonly about: 'one' | 'path' | 'either';
  /** What comes back: one reply; a reply and data without end; or a reply and data with an end of its own. */
  readonly answer: 'single' | 'stream' | 'dump';
}

export function commandRule({ kind }: Pick<WireCommand, 'kind'>): CommandRule {
  return COMMAND_RULES[kind];
}

const either: CommandRule = {
  daemon: 'vmmd',
  from: 'everywhere',
  about: 'either',
  answer: 'single',
};
const one: CommandRule = { ...either, about: 'one' };
const policy: CommandRule = { ...either, from: 'socket' };
const stats: CommandRule = { ...either, daemon: 'stat' };
const console: CommandRule = { ...either, daemon: 'console' };

export const COMMAND_RULES: Readonly<Record<WireCommand['kind'], CommandRule>> = {
  'unikernel-info': either,
  'unikernel-create': one,
  'unikernel-force-create': one,
  'unikernel-restart': one,
  'unikernel-destroy': one,
  'unikernel-get': one,
  'policy-info': either,
  'policy-add': policy,
  'policy-remove': policy,
  'block-info': either,
  'block-add': one,
  'block-remove': one,
  'block-set': one,
  'block-dump': { ...one, answer: 'dump' },
  'block-old-add': one,
  'block-old-set': one,
  'block-old-dump': one,
  'console-subscribe': { ...console, about: 'one', answer: 'stream' },
  'console-list-inactive': { ...console, about: 'path' },
  'console-add': { ...console, from: 'nobody' },
  'stats-subscribe': { ...stats, answer: 'stream' },
  'stats-add': { ...stats, from: 'socket' },
  'stats-remove': { ...stats, from: 'socket' },
  'stats-initial': { ...stats, from: 'nobody' },
};

/** Compression levels are zlib's, 0 is none. The original's daemon dies of others. */
export const COMPRESSION_LEVEL_MAX = 9;
