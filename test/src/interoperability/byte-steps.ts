import type { Subcommand } from './subcommands.ts';

/** How what our client made is like what the original's made. */
export type ByteLikeness =
  | 'the same bytes'
  /** Those of elliptic curves have a random number in them. */
  | 'the same but for a random signature'
  | 'the same once put together'
  | 'refused';

/** Our client writes a request with the key that the original's had. It is signed by us as it was then. */
export interface RequestStep {
  readonly subcommand: Subcommand;
  /** As the original was told them; ours as well. */
  readonly words: string;
  /** What the request and its key are called here. */
  readonly commonName: string;
  /** In `libs/pki/vectors`: of the request, and of the certificate that was made of it. */
  readonly recorded: string;
  /** Null where the original signed none. */
  readonly certificate: string | null;
  readonly likeness: ByteLikeness;
  /** Unless they are the same bytes. */
  readonly why?: string;
}

/** Our client shows its certificate to a server. */
export interface SentStep {
  readonly subcommand: Subcommand;
  readonly words: string;
  /** In `libs/pki/vectors`: what the original's client showed, `sent/…` or `leaves/…`. */
  readonly recorded: string;
  /** What it said behind it, in `libs/wire/vectors/chunks`; null for nothing. */
  readonly content: string | null;
  readonly likeness: Exclude<ByteLikeness, 'refused'>;
  readonly why?: string;
}

const DEFLATE = 'zlib of Node deflates in other ways; the same with --compression-level 0';
const STREAMED =
  'with --destination the image follows the certificate, as web interfaces send it, and is not in it';

type Rest = Partial<Omit<RequestStep, 'subcommand' | 'recorded' | 'words'>>;

function request(
  subcommand: Subcommand,
  recorded: string,
  words: string,
  rest: Rest = {},
): RequestStep {
  const usual = { commonName: 'hello', certificate: `leaves/${recorded}` };
  return { subcommand, recorded, words, likeness: 'the same bytes', ...usual, ...rest };
}

const INFLATED: Rest = { likeness: 'the same once put together', why: DEFLATE };
const DATA: Rest = { commonName: 'hello-data' };
const REFUSED: Rest = {
  likeness: 'refused',
  why: 'no request is made for what no endpoint does',
};

export const REQUEST_STEPS: readonly RequestStep[] = [
  request('info', 'info-hello', 'info --name=hello'),
  request('info', 'info-hello-rsa2048', 'info --key-type=rsa2048 --name=hello'),
  request('info', 'info-hello-p256', 'info --key-type=p256 --name=hello', {
    likeness: 'the same but for a random signature',
  }),
  request('create', 'create-level0', 'create --compression-level=0 hello tiny.hvt'),
  request(
    'create',
    'create-bigcert',
    'create --compression-level=0 --no-add-name --arg=hang hello tinybig.hvt',
  ),
  request(
    'create',
    'create-unicode-arg',
    'create --no-add-name --arg=puts=grüß-gott-✓ --arg=hang hello tiny.hvt',
    INFLATED,
  ),
  request(
    'create',
    'force-create-full',
    'create --force --startup=10 --no-add-name --cpu=0 --cpu=1 --mem=64 --arg=args --arg=tick=500 --block=storage:hello-data@512 --net=service:service@02:00:00:00:00:2a --restart-on-fail --exit-code=1 --exit-code=2 --cpus=2 --linux-boot=msdos1 --compression-level=9 hello tinydev.hvt',
    INFLATED,
  ),
  request(
    'create',
    'create-bhyve',
    'create --typ=bhyve --block=0:disk --net=0:service --cpus=2 --linux-boot=msdos1 hello tiny.hvt',
  ),
  request('destroy', 'destroy', 'destroy hello'),
  request(
    'restart',
    'restart-replace',
    'restart --replace-arguments --startup=5 --no-add-name --cpu=0 --cpu=1 --mem=48 --arg=args --arg=tick=250 --restart-on-fail --exit-code=3 --cpus=1 hello',
  ),
  request('get', 'get-level0', 'get --compression-level=0 hello'),
  request('console', 'console-count', 'console --count=20 hello'),
  request('console', 'console-since', 'console --since=2026-01-02T03:04:05Z hello'),
  request('stats', 'stats', 'stats --name=hello'),
  request('block', 'block-info-name', 'block --name=hello-data', DATA),
  request('create-block', 'create-block', 'create-block hello-data 1', DATA),
  request(
    'set-block',
    'set-block-level9',
    'set-block --compression-level=9 hello-data content',
    DATA,
  ),
  request('dump-block', 'dump-block-level9', 'dump-block --compression-level=9 hello-data', DATA),
  request('destroy-block', 'destroy-block', 'destroy-block hello-data', DATA),
  request('policy', 'policy-path', 'policy --path=tenant', {
    ...REFUSED,
    why: 'the path is that of the certificates; --path takes no other',
  }),
  request(
    'add-policy',
    'tenant',
    'add-policy --mem=1024 --cpu=0 --cpu=1 --block=100 --bridge=service tenant 16',
    { commonName: 'tenant', certificate: 'policies/tenant' },
  ),
  request('replace-policy', 'tenant-noblock', 'replace-policy --mem=256 --cpu=0 tenant2 4', {
    commonName: 'tenant2',
    certificate: 'policies/tenant-noblock',
  }),
  request('remove-policy', 'remove-policy', 'remove-policy --path=tenant', REFUSED),
  request(
    'stats-add',
    'stats-add',
    'stats-add --vmmdev=solo5-1 --bridge=service:vmmtap0 --bridge=other:vmmtap1 --name=hello 4242',
    REFUSED,
  ),
  request('stats-remove', 'stats-remove', 'stats-remove --name=hello', REFUSED),
];

function sent(
  subcommand: Subcommand,
  recorded: string,
  words: string,
  rest: Partial<SentStep> = {},
): SentStep {
  const usual = { content: null, likeness: 'the same bytes' } as const;
  return { subcommand, recorded: `sent/${recorded}`, words, ...usual, ...rest };
}

/** Those of `sent` were told `--destination`, `--ca` and `--ca-key`; of `leaves`, a web interface made them. */
export const SENT_STEPS: readonly SentStep[] = [
  sent('info', 'info-root', 'info'),
  sent('get', 'get-level9', 'get --compression-level=9 hello out'),
  sent(
    'create',
    'create-args-level0-stream',
    'create --compression-level=0 --no-add-name --arg=args --arg=tick=500 hello tiny.hvt',
    {
      recorded: 'leaves/create-args-level0-stream',
      content: 'create-args-level0-stream',
      likeness: 'the same once put together',
      why: STREAMED,
    },
  ),
  sent('policy', 'policy-root', 'policy --path=.'),
  sent('set-block', 'set-block-level0', 'set-block --compression-level=0 hello-data content', {
    content: 'set-block-level0',
  }),
  sent('set-block', 'set-block-level9', 'set-block --compression-level=9 hello-data content', {
    content: 'set-block-level9',
    likeness: 'the same once put together',
    why: DEFLATE,
  }),
  sent('console', 'console-default', 'console hello'),
  sent('inactive-consoles', 'inactive-consoles-root', 'inactive-consoles'),
  sent('certificate', '', 'certificate info-hello.pem hello.key', {
    recorded: 'leaves/info-hello',
  }),
];

/** What the original signed is signed again by us. */
export interface IssueStep {
  readonly subcommand: 'sign' | 'generate';
  /** In `libs/pki/vectors`: the request, and what was made of it; null for what `generate` made of keys. */
  readonly request: string | null;
  readonly certificate: string;
}

export const ISSUE_STEPS: readonly IssueStep[] = [
  { subcommand: 'sign', request: 'tenant', certificate: 'policies/tenant' },
  { subcommand: 'sign', request: 'sub-of-tenant', certificate: 'policies/sub-of-tenant' },
  { subcommand: 'sign', request: 'info-hello', certificate: 'leaves/info-hello' },
  { subcommand: 'sign', request: 'create-bigcert', certificate: 'leaves/create-bigcert' },
  { subcommand: 'generate', request: null, certificate: 'authorities/ed25519' },
  { subcommand: 'generate', request: null, certificate: 'servers/ed25519' },
];
