import type { Likeness } from './likeness.ts';
import type { Subcommand } from './subcommands.ts';

/** The original's client shows a certificate that the original signed; our endpoint answers. */
export interface CertificateStep {
  readonly subcommand: Subcommand;
  /** In `libs/pki/vectors/leaves`. */
  readonly leaf: string;
  /** The request whose key it is of; usually that of its own name. */
  readonly key?: string;
  /** What was said behind it, in `libs/wire/vectors/chunks`. */
  readonly content?: string;
  /** What the original's endpoint answered, in `libs/wire/vectors`; null for nothing. */
  readonly answered: string | null;
  /** Of a stream, how many messages are waited for. */
  readonly frames?: number;
  readonly likeness: Likeness;
  /** Of something else. */
  readonly why?: string;
}

/** Shared with what is said at sockets. */
export const DEVICES_WHY =
  'number of CPUs and boot partition are of bhyve only, and not kept for solo5; sizes of block devices are told, also below a path';
const ONCE_MORE_WHY = 'what is gone already is refused at once, and not at the second time';

const CREATED = 'local/19-create-path.reply';
const DESTROYED = 'local/39-destroy-path.reply';

const SAME = 'the same bytes';
const BUT_RUN = 'the same but for what depends on the run';
const STREAM = 'a stream of the same kind';
const INFLATED = 'the same once inflated';
const DEVICES = 'the same but for what only bhyve has, and for sizes of block devices';

function refused(code: string): Likeness {
  return `refused as well: ${code}`;
}

function unanswered(code: string): Likeness {
  return `refused: ${code}; the original says nothing`;
}

type Rest = Partial<Pick<CertificateStep, 'key' | 'content' | 'frames' | 'why'>>;

function step(
  subcommand: Subcommand,
  leaf: string,
  answered: string | null,
  likeness: Likeness,
  rest: Rest = {},
): CertificateStep {
  const path = answered === null || answered.includes('/') ? answered : `tls-replies/${answered}`;
  return { subcommand, leaf, answered: path, likeness, ...rest };
}

/** In the order in which the original's endpoint was asked: each begins where the one before it ended. */
export const CERTIFICATE_STEPS: readonly CertificateStep[] = [
  step('info', 'info-root', '01-info-root-empty', SAME),
  step('inactive-consoles', 'inactive-consoles-root', '02-inactive-consoles-empty', SAME),
  step('block', 'block-root', '03-block-root-empty', SAME),
  step('policy', 'policy-root', '04-policy-root', SAME),
  // Which came with the certificate of the authority above.
  step('add-policy', 'policy-root', '04-policy-root', SAME),
  step('policy', 'policy-path', '04b-policy-path-tenant-under-tenant', SAME),
  step('info', 'info-hello', '05-info-hello-none', SAME),
  step('certificate', 'info-hello', '05-info-hello-none', SAME),
  step('create', 'create-args', CREATED, SAME),
  step('info', 'info-root', '07-info-root-one', BUT_RUN),
  step('info', 'info-hello', '08-info-hello-one', BUT_RUN),
  step('create', 'create-args', '09-create-duplicate', refused('UNIKERNEL_EXISTS')),
  step('console', 'console-count', '10-console-count-stream', STREAM, { frames: 3 }),
  step('console', 'console-since', '11-console-since-stream', STREAM, { frames: 3 }),
  step('stats', 'stats', '12-stats-stream-interval1', STREAM, { frames: 2 }),
  step('stats', 'stats-root', '13-stats-root-stream-interval1', STREAM, { frames: 2 }),
  step('get', 'get-level0', '14-get-level0', SAME),
  step('get', 'get-level9', '15-get-level9', INFLATED),
  step('restart', 'restart', CREATED, SAME),
  step('restart', 'restart-replace', CREATED, SAME),
  step('info', 'info-hello', '18-info-after-restart-replace', BUT_RUN),
  step('update', 'info-hello', '18-info-after-restart-replace', BUT_RUN),
  step('restart', 'restart-replace-min', CREATED, SAME),
  step('create', 'force-create-args', CREATED, SAME),
  // What `update` says once a web server has told it the rest.
  step('update', 'force-create-args', CREATED, SAME),
  step('destroy', 'destroy', DESTROYED, SAME),
  step(
    'inactive-consoles',
    'inactive-consoles-root',
    'local/41-inactive-consoles-path.reply',
    SAME,
  ),
  step('create-block', 'create-block', '22-create-block', SAME),
  step('create-block', 'create-block', '23-create-block-duplicate', refused('BLOCK_EXISTS')),
  step('block', 'block-info-name', '24-block-info-name', SAME),
  step('set-block', 'set-block-level0', '25-set-block-level0', SAME, {
    content: 'set-block-level0',
  }),
  step('dump-block', 'dump-block-level0', '27-dump-block-level0', BUT_RUN),
  step('set-block', 'set-block-level9', '25-set-block-level0', SAME, {
    content: 'set-block-level9',
  }),
  step('dump-block', 'dump-block-level9', '28-dump-block-level9', INFLATED),
  step('create', 'create-full', CREATED, SAME),
  step('info', 'info-root', '30-info-root-full', DEVICES, { why: DEVICES_WHY }),
  step('block', 'block-root', '31-block-root-active', SAME),
  step('destroy-block', 'destroy-block', '32-destroy-block-in-use', refused('BLOCK_IN_USE')),
  step('set-block', 'set-block-level9', '33-set-block-in-use', refused('BLOCK_IN_USE'), {
    content: 'set-block-level9',
  }),
  step('create', 'force-create-full', CREATED, SAME),
  step('destroy', 'destroy', DESTROYED, SAME),
  step('info', 'info-root', '01-info-root-empty', SAME),
  step(
    'destroy',
    'destroy',
    '35c-destroy-again',
    'refused: UNIKERNEL_NOT_FOUND; the original does it',
    { why: ONCE_MORE_WHY },
  ),
  step('destroy-block', 'destroy-block', '36-destroy-block', SAME),
  step('destroy', 'destroy-nonexisting', '37-destroy-nonexisting', refused('UNIKERNEL_NOT_FOUND')),
  step('get', 'get-nonexisting', '38-get-nonexisting', refused('UNIKERNEL_NOT_FOUND')),
  step('restart', 'restart-nonexisting', '37-destroy-nonexisting', refused('UNIKERNEL_NOT_FOUND')),
  step('dump-block', 'dump-nonexisting', '40-dump-nonexisting', refused('BLOCK_NOT_FOUND')),
  step(
    'destroy-block',
    'destroy-block-nonexisting',
    '41-destroy-block-nonexisting',
    refused('BLOCK_NOT_FOUND'),
  ),
  step('create-block', 'create-block-toobig', '42-create-block-toobig', refused('POLICY_EXCEEDED')),
  step('console', 'console-nonexisting', '43-console-nonexisting', BUT_RUN, { frames: 1 }),
  step('stats-add', 'stats-add', null, unanswered('PERMISSION_DENIED')),
  step('stats-remove', 'stats-remove', null, unanswered('PERMISSION_DENIED')),
  step('remove-policy', 'remove-policy', null, unanswered('PERMISSION_DENIED')),
  step('create', 'create-bhyve', null, unanswered('HYPERVISOR_UNSUPPORTED')),
  step(
    'create',
    'create-netblk-default-names',
    '50-create-missing-block',
    refused('BLOCK_NOT_FOUND'),
  ),
  // Without words the guest of our tests ends at once, and the original's does not.
  ...['create-default', 'create-level0'].flatMap((leaf) => [
    step('create', leaf, CREATED, SAME),
    step('destroy', 'destroy', DESTROYED, SAME),
  ]),
  ...created('create-bigcert'),
  ...created('create-unicode-arg'),
  ...created('create-mem-cpu'),
  ...created('create-startup'),
  ...created('create-restart-any'),
  ...created('create-restart-codes'),
  step('create', 'create-crash', '53-create-crash-exit42', SAME),
  ...['p256', 'p384', 'p521', 'rsa2048', 'rsa4096'].map((type) =>
    step('info', `info-hello-${type}`, '05-info-hello-none', SAME),
  ),
  ...['p256', 'p384', 'p521', 'rsa2048'].map((type) =>
    step('sign', `info-hello-${type}-under-${type}`, '05-info-hello-none', SAME, {
      key: `info-hello-${type}`,
    }),
  ),
  step('create', 'create-args-under-sub', '55-create-under-sub', SAME, { key: 'create-args' }),
  step('info', 'info-hello-under-sub', '56-info-under-sub', BUT_RUN, { key: 'info-hello' }),
  step('info', 'info-root', '57-info-root-tenant-sees-sub', BUT_RUN),
  step('policy', 'policy-root', '58-policy-root-with-sub', SAME),
  step('add-policy', 'policy-root', '58-policy-root-with-sub', SAME),
  step('create', 'create-args-under-root', 'local/131-state-create-full.reply', SAME, {
    key: 'create-args',
  }),
  // Which the authority itself signed that was generated, as was what the endpoint shows.
  step('generate', 'info-hello-under-root', '60-info-under-root', BUT_RUN, { key: 'info-hello' }),
  step('destroy', 'destroy-under-root', 'local/38-destroy.reply', SAME, { key: 'destroy' }),
  step('create', 'create-args-level0', CREATED, SAME),
  step('destroy', 'destroy', DESTROYED, SAME),
  ...streamed('create-args-stream'),
  ...streamed('create-args-level0-stream'),
];

/** With a look at what became of it. */
function created(leaf: string): readonly CertificateStep[] {
  return [
    step('create', leaf, CREATED, SAME),
    step('info', 'info-hello', `52-${leaf}-info`, BUT_RUN),
    step('destroy', 'destroy', DESTROYED, SAME),
  ];
}

/** As web interfaces do it: the image comes behind the certificate. */
function streamed(leaf: string): readonly CertificateStep[] {
  return [
    step('create', leaf, CREATED, SAME, { content: leaf }),
    step('info', 'info-hello', `63-${leaf}-info`, BUT_RUN),
    step('destroy', 'destroy', DESTROYED, SAME),
  ];
}
