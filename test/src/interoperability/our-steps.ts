import type { Outcome } from './cell.ts';
import type { Subcommand } from './subcommands.ts';

/** Our client does something at our endpoint, or says why not. */
export interface OurStep {
  readonly subcommand: Subcommand;
  /** As they are typed; what begins with `@` stands for options, see `PLACES`. */
  readonly words: string;
  /** What it prints. */
  readonly says: RegExp;
  /** Of what goes on until Ctrl-C, which it is sent then. */
  readonly isStream?: boolean;
  /** Typed in a folder below. */
  readonly folder?: 'own';
  /** What it saved, and the file that this begins with; behind it are zeros. */
  readonly saved?: { readonly file: string; readonly like: string };
  /** With which it ends. */
  readonly status: number;
  readonly cell: Outcome['cell'];
}

/** What stands for what; HOST is our endpoint, BUILDS has `tiny.hvt` and a newer build, `tinybig.hvt`. */
export const PLACES = {
  '@tenant': '--destination HOST --ca tenant.pem --ca-key tenant.key --server-ca cacert.pem',
  '@user': '--destination HOST --ca user.pem --ca-key user.key --server-ca cacert.pem',
  '@host': '--destination HOST --server-ca cacert.pem',
  /** An endpoint with what `generate` made. */
  '@own': '--destination OTHER --ca own/cacert.pem --ca-key own/ca.key --server-ca own/cacert.pem',
  '@builds': '--http-host BUILDS',
} as const;

const USAGE = 124;

function works(
  subcommand: Subcommand,
  words: string,
  says: RegExp,
  rest: Partial<OurStep> = {},
): OurStep {
  return { subcommand, words, says, status: 0, cell: { kind: 'works' }, ...rest };
}

function differs(subcommand: Subcommand, words: string, says: RegExp, why: string): OurStep {
  return { subcommand, words, says, status: USAGE, cell: { kind: 'differs', why } };
}

const NO_PATH = 'the path is that of the certificates; --path takes no other';

/** In an order in which each begins where the one before it ended, in a folder of their own. */
export const OUR_STEPS: readonly OurStep[] = [
  works('generate', 'generate ca ca.db --server localhost', /wrote cacert\.pem: authority ca/, {
    folder: 'own',
  }),
  works('generate', 'info @own', /^NAME/),
  works('policy', 'policy @tenant', /16 +1024 MiB +100 MiB/),
  differs('policy', 'policy --path tenant @tenant', /leave \S+ out/, NO_PATH),
  works('create-block', 'create-block data 1 --data content @tenant', /^created block device data/),
  works('create-block', 'create-block empty 2 @tenant', /^created block device empty: 2 MiB/),
  works('dump-block', 'dump-block data data.img @tenant', /: 1048576 bytes$/m, {
    saved: { file: 'data.img', like: 'content' },
  }),
  works('set-block', 'set-block empty tiny.hvt @tenant', /^set block device empty$/m),
  works('set-block', 'set-block empty content --compression-level 0 @tenant', /^set block device/),
  works(
    'dump-block',
    'dump-block empty raw.img --compression-level 0 @tenant',
    /: 2097152 bytes$/m,
    {
      saved: { file: 'raw.img', like: 'content' },
    },
  ),
  works('block', 'block @tenant', /^empty +2 MiB +no\ndata +1 MiB +no$/m),
  works('block', 'block --name data @tenant', /^data +1 MiB +no$/m),
  works('create', 'create mine tiny.hvt --mem 16 --arg tick=50 @tenant', /^created mine$/m),
  works('create', 'create mine tiny.hvt --force --arg tick=50 @tenant', /^created mine$/m),
  works(
    'create',
    'create full tinydev.hvt --startup 10 --no-add-name --cpu 1 --mem 64 --arg tick=50 --block storage:data@512 --net service:service@02:00:00:00:00:2b --restart-on-fail --exit-code 1 --compression-level 0 @tenant',
    /^created full$/m,
  ),
  works('info', 'info @tenant', /^full .*\n(.*\n)*mine /m),
  works('info', 'info --name full @tenant', /^full +/m),
  works('get', 'get mine mine.hvt @tenant', /^saved the image of mine to mine\.hvt/, {
    saved: { file: 'mine.hvt', like: 'tiny.hvt' },
  }),
  works('get', 'get mine raw.hvt --compression-level 0 @tenant', /^saved the image of mine/, {
    saved: { file: 'raw.hvt', like: 'tiny.hvt' },
  }),
  works('console', 'console mine --count 5 @tenant', /tick \d+$/m, { isStream: true }),
  works('console', 'console full --since 2026-01-02 @tenant', /tick \d+$/m, { isStream: true }),
  works('stats', 'stats @tenant', /\b(mine|full)\b/, { isStream: true }),
  works('restart', 'restart full @tenant', /^restarted full$/m),
  works(
    'restart',
    'restart mine --replace-arguments --mem 32 --arg tick=20 @tenant',
    /^restarted mine$/m,
  ),
  works('update', 'update mine --dry-run @builds @tenant', /^compare at http/m),
  works('update', 'update mine @builds @tenant', /^updated mine$/m),
  works('update', 'get mine updated.hvt @tenant', /^saved the image of mine/, {
    saved: { file: 'updated.hvt', like: 'tinybig.hvt' },
  }),
  works('destroy', 'destroy mine @tenant', /^destroyed mine$/m),
  works('inactive-consoles', 'inactive-consoles @tenant', /^mine/m),
  differs('inactive-consoles', 'inactive-consoles --path tenant @tenant', /leave \S+ out/, NO_PATH),
  works('destroy', 'destroy full @tenant', /^destroyed full$/m),
  works('destroy-block', 'destroy-block data @tenant', /^removed block device data$/m),
  works('destroy-block', 'destroy-block empty @tenant', /^removed block device empty$/m),
  works('add-policy', 'add-policy user 2 --mem 64 --csr', /^wrote user\.req/),
  works('add-policy', 'sign tenant.pem ca.db tenant.key user.req', /^wrote user\.pem: the policy/),
  works('add-policy', 'policy @user', /^: +2 +64 MiB/m),
  works('replace-policy', 'replace-policy user 3 --mem 64 --csr', /^wrote user\.req/),
  works('replace-policy', 'sign tenant.pem ca.db tenant.key user.req', /^wrote user\.pem/),
  works('replace-policy', 'policy @user', /^: +3 +64 MiB/m),
  differs(
    'remove-policy',
    'remove-policy --path tenant @tenant',
    /no server removes a policy/,
    'refused by our client, in words; no endpoint does it',
  ),
  differs(
    'stats-add',
    'stats-add 1 --name mine @tenant',
    /no server samples other processes/,
    'refused by our client, in words; no endpoint does it',
  ),
  differs(
    'stats-remove',
    'stats-remove --name mine @tenant',
    /no server samples other processes/,
    'refused by our client, in words; no endpoint does it',
  ),
  works('sign', 'sign tenant.pem ca.db tenant.key hello.req', /^wrote hello\.pem: .*hello/),
  works('sign', 'certificate hello.pem hello.key @host', /^no unikernels$/m),
  works('certificate', 'certificate info-hello.pem hello.key @host', /^no unikernels$/m),
  works('inspect-dump', 'inspect-dump --file state --dbdir .', /^unikernel tenant:packed:$/m),
  works(
    'extract-dump',
    'extract-dump tenant:packed packed.hvt --dbdir .',
    /^albatross create tenant:packed packed\.hvt --no-add-name --arg=hang$/m,
    { saved: { file: 'packed.hvt', like: 'tiny.hvt' } },
  ),
];
