import { parseName, ROOT, type Name } from '@albatross/shared/domain/name';
import { StartError } from '@albatross/shared/runtime/run';
import { parseArgs } from 'node:util';
import { parseEndpoint, parseUrl, type Endpoint } from './target.ts';

export type Target =
  | ({ readonly kind: 'tcp' } & Endpoint)
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly bucket: string;
      /** Empty: none. */
      readonly org: string;
      readonly tokenFile: string | null;
    };

export interface Options {
  readonly target: Target;
  readonly name: Name;
  readonly isWholeName: boolean;
  readonly isSelfWritten: boolean;
}

export const USAGE = `usage: influx-bridge --influx HOST[:PORT] [OPTIONS]
       influx-bridge --url URL --bucket BUCKET [--org ORG] [--token-file FILE] [OPTIONS]

  --influx HOST[:PORT]  write lines to a TCP connection, as to telegraf's socket_listener;
                        port 8094 unless given, an IPv6 address in brackets
  --url URL             write to InfluxDB's v2 API, or what else speaks it, below this URL
  --bucket BUCKET       the bucket it writes into
  --org ORG             the organisation the bucket belongs to
  --token-file FILE     a file that holds the token it authenticates with
  --name NAME           only this unikernel, or those at and below a path such as "foo:"
  --no-drop-path        the tag "vm" is the whole name, not its label alone
  --no-self             leave out what albatross' own processes tell of themselves
  --help                print this
`;

/** What the command line says; null when it asks for help. Throws `StartError`. */
export function readOptions(args: readonly string[]): Options | null {
  const values = parse(args);
  if (values.help) return null;
  return {
    target: targetOf(values),
    name: nameOf(values.name),
    isWholeName: values['no-drop-path'] ?? false,
    isSelfWritten: !(values['no-self'] ?? false),
  };
}

const OPTIONS = {
  influx: { type: 'string' },
  url: { type: 'string' },
  bucket: { type: 'string' },
  org: { type: 'string' },
  'token-file': { type: 'string' },
  name: { type: 'string' },
  'no-drop-path': { type: 'boolean' },
  'no-self': { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parse>;

function parse(args: readonly string[]) {
  try {
    const { values, tokens } = parseArgs({ args: [...args], options: OPTIONS, tokens: true });
    const names = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new Error(`--${twice} is given twice`);
    return values;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw wrong(why.replace(/\.?$/, ''));
  }
}

function targetOf({ influx, url, bucket, org, 'token-file': tokenFile }: Values): Target {
  if (influx !== undefined) {
    for (const [option, value] of Object.entries({ url, bucket, org, 'token-file': tokenFile }))
      if (value !== undefined) throw wrong(`--${option} does not go with --influx`);
    return { kind: 'tcp', ...parseEndpoint(influx) };
  }
  if (url === undefined)
    throw wrong('where to write is missing: it takes --influx HOST[:PORT], or --url with --bucket');
  if (bucket === undefined || bucket === '')
    throw wrong('--url takes a --bucket to write into (where the database knows none, any word)');
  if (tokenFile === '') throw wrong('--token-file takes the path of a file');
  return {
    kind: 'http',
    url: parseUrl(url),
    bucket,
    org: org ?? '',
    tokenFile: tokenFile ?? null,
  };
}

function nameOf(text: string | undefined): Name {
  try {
    return text === undefined ? ROOT : parseName(text);
  } catch (error) {
    throw wrong(`--name: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const wrong = (why: string): StartError => new StartError(`${why}; --help tells what there is`);
