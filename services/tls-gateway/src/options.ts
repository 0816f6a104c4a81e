import { StartError } from '@albatross/shared/runtime/run';
import type { LogLevel } from '@albatross/shared/runtime/logger';
import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import type { ServerFiles } from './tls/server-files.ts';

export interface CommonOptions {
  /** Followers of one console, or of one name's statistics; null for the usual number. */
  readonly maxSubscribers: number | null;
  /** Null: as the environment says. */
  readonly logLevel: LogLevel | 'quiet' | null;
  readonly isSyslog: boolean;
}

export type Options =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | ({ readonly kind: 'local'; readonly isActivated: boolean } & CommonOptions)
  | ({
      readonly kind: 'tls';
      readonly entrance: EntranceOption;
      /** Null: those of the folder of the configuration. */
      readonly files: ServerFiles | null;
      /** Null: that of the folder of the configuration. */
      readonly revocationFolder: string | null;
    } & CommonOptions);

export type EntranceOption =
  | { readonly kind: 'address'; readonly ip: string; readonly port: number }
  | { readonly kind: 'activation' }
  | { readonly kind: 'inetd' };

/** What the environment says instead of the command line. */
export type FilesInEnvironment = Readonly<Record<keyof ServerFiles, string | undefined>>;

const IP_DEFAULT = '::';
const PORT_DEFAULT = 1025;

export const USAGE = `usage: albatross-tls-endpoint [OPTIONS] [CA CERT KEY]
       albatross-tls-endpoint --local [OPTIONS]

  CA                           the certificate of the authority whose clients are let in
  CERT                         the certificate of this endpoint, and those above it
  KEY                          its private key; all three in PEM. Without them, the variables
                               CA, CERT and KEY; without these, tls/cacert.pem, tls/server.pem
                               and tls/server.key of the folder of the configuration
  --ip ADDRESS                 listen on this address; ${IP_DEFAULT}, which is all of IPv4 as well, unless given
  --port N                     and on this port; ${PORT_DEFAULT} unless given, 0 for any
  --systemd-socket-activation  listen on what systemd hands over
  --inetd                      serve the one client that is connected to stdin, and end
  --crls DIR                   folder of revocation lists, in PEM or DER; tls/crls of the folder
                               of the configuration unless given
  --local                      listen on the original's sockets instead of TLS
  --max-subscribers N          followers of one console, or of one name's statistics
  --syslog                     log to the system's log
  --verbosity LEVEL            log what is quiet, error, warning, info or debug
  -v, -q                       log more (-v -v even more), log nothing
  --tmpdir DIR                 nothing; the original knows it
  --version, --help            print the version, or this
`;

/** What the command line says. Throws `StartError`. */
export function readOptions(args: readonly string[], environment: FilesInEnvironment): Options {
  const { values, positionals } = parse(args);
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  const common: CommonOptions = {
    maxSubscribers: numberOf('max-subscribers', values['max-subscribers'], 1, 1_000) ?? null,
    logLevel: logLevelOf(values),
    isSyslog: values.syslog ?? false,
  };
  if (values.local === true) {
    const given = ['ip', 'port', 'inetd', 'crls'] as const;
    for (const option of given)
      if (values[option] !== undefined) throw wrong(`--${option} does not go with --local`);
    if (positionals.length > 0) throw wrong('--local takes no CA, CERT and KEY');
    const isActivated = values['systemd-socket-activation'] ?? false;
    return { kind: 'local', isActivated, ...common };
  }
  return {
    kind: 'tls',
    ...common,
    entrance: entranceOf(values),
    files: filesOf(positionals, environment),
    revocationFolder: notEmpty('crls', values.crls) ?? null,
  };
}

const OPTIONS = {
  ip: { type: 'string' },
  port: { type: 'string' },
  'systemd-socket-activation': { type: 'boolean' },
  inetd: { type: 'boolean' },
  crls: { type: 'string' },
  local: { type: 'boolean' },
  'max-subscribers': { type: 'string' },
  syslog: { type: 'boolean' },
  tmpdir: { type: 'string' },
  color: { type: 'string' },
  verbosity: { type: 'string' },
  verbose: { type: 'boolean', short: 'v', multiple: true },
  quiet: { type: 'boolean', short: 'q' },
  version: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parse>['values'];

function parse(args: readonly string[]) {
  try {
    const { values, positionals, tokens } = parseArgs({
      args: [...args],
      options: OPTIONS,
      allowPositionals: true,
      tokens: true,
    });
    const names = tokens.flatMap(({ kind, ...token }) =>
      kind === 'option' && 'name' in token && token.name !== 'verbose' ? [token.name] : [],
    );
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new Error(`--${twice} is given twice`);
    return { values, positionals };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw wrong(why.replace(/\.?$/, ''));
  }
}

function entranceOf({
  ip,
  port,
  inetd,
  'systemd-socket-activation': activation,
}: Values): EntranceOption {
  if (activation === true || inetd === true) {
    const [way, other] =
      inetd === true ? ['inetd', activation] : ['systemd-socket-activation', false];
    if (other === true) throw wrong(`--systemd-socket-activation does not go with --${way}`);
    if (ip !== undefined) throw wrong(`--ip does not go with --${way}`);
    if (port !== undefined) throw wrong(`--port does not go with --${way}`);
    return { kind: inetd === true ? 'inetd' : 'activation' };
  }
  if (ip !== undefined && isIP(ip) === 0)
    throw wrong(`--ip takes an address, as in 192.0.2.1 or ::, not ${JSON.stringify(ip)}`);
  return {
    kind: 'address',
    ip: ip ?? IP_DEFAULT,
    port: numberOf('port', port, 0, 65_535) ?? PORT_DEFAULT,
  };
}

function filesOf(
  positionals: readonly string[],
  { ca, certificate, key }: FilesInEnvironment,
): ServerFiles | null {
  if (positionals.length > 0) {
    const [ca, certificate, key] = positionals;
    if (
      ca === undefined ||
      certificate === undefined ||
      key === undefined ||
      positionals.length > 3
    )
      throw wrong(`it takes three files, CA CERT KEY, or none; ${positionals.length} are given`);
    return { ca, certificate, key };
  }
  if (ca === undefined && certificate === undefined && key === undefined) return null;
  if (ca === undefined || certificate === undefined || key === undefined)
    throw wrong('of the variables CA, CERT and KEY all three have to be set, or none');
  return { ca, certificate, key };
}

const VERBOSITIES: Readonly<Record<string, LogLevel | 'quiet'>> = {
  quiet: 'quiet',
  error: 'error',
  warning: 'warn',
  info: 'info',
  debug: 'debug',
};

function logLevelOf({ quiet, verbose, verbosity }: Values): CommonOptions['logLevel'] {
  if (verbosity !== undefined) {
    const level = VERBOSITIES[verbosity];
    if (level !== undefined) return level;
    const known = Object.keys(VERBOSITIES).join(', ');
    throw wrong(`--verbosity takes one of ${known}, not ${JSON.stringify(verbosity)}`);
  }
  if (quiet === true) return 'quiet';
  if (verbose === undefined) return null;
  return verbose.length > 1 ? 'debug' : 'info';
}

function numberOf(
  option: string,
  text: string | undefined,
  least: number,
  most: number,
): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw wrong(
    `--${option} takes a whole number from ${least} to ${most}, not ${JSON.stringify(text)}`,
  );
}

function notEmpty(option: string, text: string | undefined): string | undefined {
  if (text === '') throw wrong(`--${option} takes the path of a folder`);
  return text;
}

const wrong = (why: string): StartError => new StartError(`${why}; --help tells what there is`);
