import type { Likeness } from './likeness.ts';
import { DEVICES_WHY } from './certificate-steps.ts';
import type { Subcommand } from './subcommands.ts';

/** The original's client, or its TLS endpoint for one, says something at a socket; ours answers. */
export interface SocketStep {
  readonly subcommand: Subcommand;
  /** What it was called when it was recorded. */
  readonly title: string;
  /** In `libs/wire/vectors/local`; the same bytes were recorded once. */
  readonly request: string;
  readonly answered: string;
  /** Of a stream, how many messages are waited for. */
  readonly frames?: number;
  /** A unikernel that ends by itself, and is to have ended before this is said. */
  readonly endOf?: string;
  /** Put in place of the process that was there when it was recorded. */
  readonly pid?: number;
  readonly likeness: Likeness;
  /** Of something else. */
  readonly why?: string;
}

const SAME = 'the same bytes';
const BUT_RUN = 'the same but for what depends on the run';
const STREAM = 'a stream of the same kind';
const INFLATED = 'the same once inflated';

/** What is answered by the same bytes each time. */
const CREATED: Rest = { answered: '131-state-create-full' };
const DEVICES: Rest = {
  likeness: 'the same but for what only bhyve has, and for sizes of block devices',
  why: DEVICES_WHY,
};
const DESTROY: Rest = { request: '38-destroy', answered: '38-destroy' };

type Rest = Partial<
  Pick<SocketStep, 'request' | 'answered' | 'frames' | 'endOf' | 'pid' | 'likeness' | 'why'>
>;

function step(subcommand: Subcommand, title: string, rest: Rest = {}): SocketStep {
  return { subcommand, title, request: title, answered: title, likeness: SAME, ...rest };
}

const NO_PROCESS =
  'a process that is not there is not sampled, and what is not sampled cannot be given up';

function refused(code: string): Likeness {
  return `refused as well: ${code}`;
}

/** As they were recorded, in that order, without those that were left out there. */
export const SOCKET_STEPS: readonly SocketStep[] = [
  step('policy', '01-policy', { likeness: BUT_RUN }),
  step('info', '02-info-empty'),
  step('block', '03-block-empty'),
  step('inactive-consoles', '04-inactive-consoles-empty'),
  step('add-policy', '05-add-policy'),
  step('add-policy', '06-add-policy-sub'),
  step('add-policy', '07-add-policy-sub-too-big', { likeness: refused('POLICY_CONFLICT') }),
  step('add-policy', '08-add-policy-noblock'),
  step('add-policy', '09-add-policy-cpu9'),
  step('add-policy', '11-add-policy-badbridge'),
  step('replace-policy', '12-replace-policy', { answered: '05-add-policy' }),
  step('policy', '13-policy-all', { request: '01-policy', likeness: BUT_RUN }),
  step('policy', '14-policy-path'),
  step('create', '15-create-args', CREATED),
  step('info', '16-info-hello', { likeness: BUT_RUN }),
  step('info', '17-info-all', { request: '02-info-empty', likeness: BUT_RUN }),
  step('create', '18-create-duplicate', {
    request: '15-create-args',
    likeness: refused('UNIKERNEL_EXISTS'),
  }),
  step('create', '19-create-path'),
  step('info', '20-info-path-name', { likeness: BUT_RUN }),
  step('info', '21-info-path', { likeness: BUT_RUN }),
  step('info', '22-info-all-two', { request: '02-info-empty', likeness: BUT_RUN }),
  step('console', '23-console-count', { frames: 3, likeness: STREAM }),
  step('console', '24-console-count-3', { frames: 3, likeness: STREAM }),
  step('console', '25-console-since', { frames: 3, likeness: STREAM }),
  step('console', '26-console-since-future', { frames: 2, likeness: STREAM }),
  step('console', '27-console-path', { frames: 3, likeness: STREAM }),
  step('stats', '28-stats', { frames: 2, likeness: STREAM }),
  step('stats', '29-stats-all', { frames: 2, likeness: STREAM }),
  step('stats', '30-stats-path', { frames: 2, likeness: STREAM }),
  step('get', '31-get-level0'),
  step('get', '32-get-level9', { likeness: INFLATED }),
  step('restart', '33-restart', CREATED),
  step('restart', '34-restart-replace', CREATED),
  step('info', '35-info-hello', { request: '16-info-hello', likeness: BUT_RUN }),
  // What `update` asks, and what it says once a web server has told it the rest.
  step('update', '35-info-hello', { request: '16-info-hello', likeness: BUT_RUN }),
  step('restart', '36-restart-replace-min', CREATED),
  step('create', '37-force-create-args', CREATED),
  step('update', '37-force-create-args', CREATED),
  step('destroy', '38-destroy'),
  step('destroy', '39-destroy-path'),
  step('inactive-consoles', '40-inactive-consoles', { request: '04-inactive-consoles-empty' }),
  step('inactive-consoles', '41-inactive-consoles-path'),
  step('console', '42-console-inactive', {
    request: '23-console-count',
    frames: 3,
    likeness: STREAM,
  }),
  step('create-block', '43-create-block'),
  step('create-block', '44-create-block-dup', {
    request: '43-create-block',
    likeness: refused('BLOCK_EXISTS'),
  }),
  step('block', '45-block-info-name'),
  step('create-block', '46-create-block-data'),
  step('create-block', '46-create-block-data.conn2'),
  step('create-block', '47-create-block-data-level9'),
  step('create-block', '47-create-block-data-level9.conn2'),
  step('create-block', '48-create-block-path'),
  step('block', '49-block-all', { request: '03-block-empty' }),
  step('block', '50-block-path'),
  step('set-block', '51-set-block-level0'),
  step('set-block', '52-set-block-level9', { answered: '51-set-block-level0' }),
  step('dump-block', '53-dump-block-level0'),
  step('dump-block', '54-dump-block-level9', { likeness: INFLATED }),
  step('create', '55-create-full', CREATED),
  step('info', '56-info-hello', { request: '16-info-hello', ...DEVICES }),
  step('block', '57-block-active', { request: '03-block-empty' }),
  step('destroy-block', '58-destroy-block-inuse', { likeness: refused('BLOCK_IN_USE') }),
  step('set-block', '59-set-block-inuse', {
    request: '51-set-block-level0',
    likeness: refused('BLOCK_IN_USE'),
  }),
  step('dump-block', '60-dump-block-inuse', {
    request: '54-dump-block-level9',
    likeness: refused('BLOCK_IN_USE'),
  }),
  step('stats', '61-stats', { request: '28-stats', frames: 2, likeness: STREAM }),
  step('create', '62-force-create-full', CREATED),
  step('destroy', '63-destroy', DESTROY),
  step('destroy-block', '64-destroy-block', { request: '58-destroy-block-inuse' }),
  step('create', '65-create-default', CREATED),
  step('destroy', '67-create-default-destroy', DESTROY),
  ...[
    ['71-create-bigcert', '72-create-bigcert-info', '73-create-bigcert-destroy'],
    ['74-create-unicode-arg', '75-create-unicode-arg-info', '76-create-unicode-arg-destroy'],
    ['77-create-mem-cpu', '78-create-mem-cpu-info', '79-create-mem-cpu-destroy'],
    ['80-create-startup', '81-create-startup-info', '82-create-startup-destroy'],
    ['83-create-restart-any', '84-create-restart-any-info', '85-create-restart-any-destroy'],
    ['86-create-restart-codes', '87-create-restart-codes-info', '88-create-restart-codes-destroy'],
  ].flatMap(([create = '', info = '', destroy = '']) => [
    step('create', create, CREATED),
    step('info', info, { request: '16-info-hello', likeness: BUT_RUN }),
    step('destroy', destroy, DESTROY),
  ]),
  step('create', '89-create-crash'),
  step('console', '90-crash-console', { frames: 3, likeness: STREAM }),
  step('info', '91-info-after-crash', {
    request: '02-info-empty',
    answered: '02-info-empty',
    endOf: 'crash',
  }),
  step('create', '92-create-restart-loop'),
  step('console', '93-loop-console', { frames: 3, likeness: STREAM }),
  step('info', '94-loop-info', { likeness: BUT_RUN }),
  step('destroy', '95-loop-destroy'),
  step('destroy', '96-destroy-nonexisting', { likeness: refused('UNIKERNEL_NOT_FOUND') }),
  step('get', '97-get-nonexisting', { likeness: refused('UNIKERNEL_NOT_FOUND') }),
  step('restart', '98-restart-nonexisting', {
    answered: '96-destroy-nonexisting',
    likeness: refused('UNIKERNEL_NOT_FOUND'),
  }),
  step('dump-block', '99-dump-nonexisting', { likeness: refused('BLOCK_NOT_FOUND') }),
  step('destroy-block', '100-destroy-block-nonexisting', { likeness: refused('BLOCK_NOT_FOUND') }),
  step('console', '101-console-nonexisting', { frames: 1 }),
  step('stats', '102-stats-nonexisting', { frames: 1 }),
  step('create', '103-create-mem-exceeds', { likeness: refused('POLICY_EXCEEDED') }),
  step('create', '104-create-cpu-notallowed', { likeness: refused('POLICY_EXCEEDED') }),
  step('create', '105-create-bridge-notallowed', { likeness: refused('POLICY_EXCEEDED') }),
  step('create', '106-create-nobridge', { likeness: refused('BRIDGE_NOT_FOUND') }),
  step('create', '108-create-netblk-default-names', { likeness: refused('BLOCK_NOT_FOUND') }),
  step('create', '109-create-bhyve', { likeness: refused('HYPERVISOR_UNSUPPORTED') }),
  step('create-block', '110-create-block-exceeds', { likeness: refused('POLICY_EXCEEDED') }),
  step('stats-add', '112-stats-add', {
    likeness: 'refused: PROCESS_NOT_FOUND; the original does it',
    why: NO_PROCESS,
  }),
  step('stats-remove', '113-stats-remove-hello', {
    likeness: 'refused: STATS_NOT_FOUND; the original does it',
    why: NO_PROCESS,
  }),
  step('stats-add', '114-stats-add-self', { pid: process.pid }),
  step('stats', '115-stats-selfsub', { frames: 2, likeness: STREAM }),
  step('stats-remove', '116-stats-remove'),
  step('info', '117-tls-info'),
  step('create', '118-tls-create'),
  step('info', '119-tls-info-hello', { likeness: BUT_RUN }),
  step('console', '120-tls-console', { frames: 3, likeness: STREAM }),
  step('stats', '121-tls-stats', { frames: 2, likeness: STREAM }),
  step('create-block', '122-tls-create-block'),
  step('set-block', '123-tls-set-block'),
  step('dump-block', '124-tls-dump-block', { likeness: INFLATED }),
  step('policy', '125-tls-policy'),
  step('destroy', '126-tls-destroy'),
  step('destroy-block', '127-tls-destroy-block'),
  step('remove-policy', '128-remove-policy-inuse-parent'),
  step('remove-policy', '129-remove-policy-sub'),
  step('remove-policy', '130-remove-policy-nonexisting', { likeness: refused('POLICY_NOT_FOUND') }),
  step('create', '131-state-create-full'),
  step('create', '132-state-create-path'),
  step('create', '133-state-create-level9'),
  step('info', '134-final-info', { request: '02-info-empty', ...DEVICES }),
  step('policy', '135-final-policy', { request: '01-policy', likeness: BUT_RUN }),
];
