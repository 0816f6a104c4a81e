import { Failure } from '@albatross/shared/contracts/failures';
import { Option, type Command } from 'commander';
import { isIPv6 } from 'node:net';

/** Where what a command asks for is done. */
export type Place = { readonly kind: 'local' } | CsrPlace | RemotePlace;

/** Nowhere yet: somebody else signs it first. */
export interface CsrPlace {
  readonly kind: 'csr';
  /** Null takes a key that is there as it is. */
  readonly keyType: string | null;
}

export interface RemotePlace extends Server {
  readonly kind: 'remote';
  /** In PEM: the authority that signs the certificate to be shown, then those above it, nearest first. */
  readonly caFile: string;
  readonly caKeyFile: string;
  /** Null is the default one. */
  readonly keyType: string | null;
}

/** A gateway, and who says that it is the right one. */
export interface Server extends HostPort {
  /** In PEM: the authority that its certificate and ours have to lead to. */
  readonly serverCaFile: string;
}

export interface HostPort {
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** What the options below come to. */
export interface DestinationFlags {
  readonly destination?: HostPort;
  readonly csr?: true;
  readonly ca?: string;
  readonly caKey?: string;
  readonly serverCa?: string;
  readonly keyType?: string;
}

/** By which a command is given to another host, or written down to be signed. */
export function addDestinationOptions(command: Command): Command {
  for (const option of destinationOptions()) command.addOption(option);
  return command;
}

/** Those that name a server alone. */
export function addServerOptions(command: Command): Command {
  for (const option of serverOptions()) command.addOption(option);
  return command;
}

/** New ones each time: commander keeps them with the command. */
export function destinationOptions(): readonly Option[] {
  return [
    ...serverOptions(),
    new Option(
      '--csr',
      'write NAME.req, a signing request, instead, and NAME.key if there is none',
    ).conflicts('destination'),
    new Option('--ca <file>', 'with --destination: the authority to sign with (default: ca.pem)'),
    new Option('--ca-key <file>', 'with --destination: its key (default: ca.key)'),
    new Option(
      '--key-type <type>',
      'of a new key: rsa2048, rsa4096, ed25519, p256, p384 or p521 (default: ed25519)',
    ),
  ];
}

function serverOptions(): readonly Option[] {
  return [
    new Option('-d, --destination <host[:port]>', 'do it there (default port: 1025)').argParser(
      readDestination,
    ),
    new Option(
      '--server-ca <file>',
      'with --destination: the authority of the server (default: cacert.pem)',
    ),
  ];
}

/** Throws a `Failure` `USAGE_INVALID` for an option that would be without effect: somebody meant another place. */
export function destinationOf(flags: DestinationFlags): Place {
  const { destination, ca, caKey, serverCa } = flags;
  const keyType = flags.keyType ?? null;
  if (destination !== undefined)
    return {
      kind: 'remote',
      ...destination,
      caFile: ca ?? 'ca.pem',
      caKeyFile: caKey ?? 'ca.key',
      serverCaFile: serverCa ?? SERVER_CA_DEFAULT,
      keyType,
    };
  const idle = Object.entries({ '--ca': ca, '--ca-key': caKey, '--server-ca': serverCa });
  for (const [option, value] of idle) if (value !== undefined) throw needs(option, '--destination');
  if (flags.csr === true) return { kind: 'csr', keyType };
  if (keyType !== null) throw needs('--key-type', '--destination or --csr');
  return { kind: 'local' };
}

export const SERVER_CA_DEFAULT = 'cacert.pem';

const PORT_DEFAULT = 1025;
const PORT_MAX = 65_535;

/**
 * ```abnf
 * destination = host [":" port]
 * host        = name / IPv4address / "[" IPv6address "]" / IPv6address
 * ```
 *
 * The last colon separates the port, as in the original, unless there is an address only with what is
 * behind it. Throws a `Failure` `USAGE_INVALID`.
 */
export function readDestination(text: string): HostPort {
  const [, bracketed, behind] = /^\[([^[\]]*)\](?::(\d{1,5}))?$/.exec(text) ?? [];
  if (bracketed !== undefined && isIPv6(bracketed)) return at(bracketed, behind, text);
  const [, front = '', port] = /^(.*):(\d{1,5})$/.exec(text) ?? [];
  if (port !== undefined && (isIPv6(front) || isHost(front))) return at(front, port, text);
  if (isIPv6(text) || isHost(text)) return at(text, undefined, text);
  throw invalid(text);
}

/** A name of DNS, or an IPv4 address. */
function isHost(text: string): boolean {
  return text.length <= HOST_LENGTH_MAX && /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(text);
}

/** That of DNS. */
const HOST_LENGTH_MAX = 253;

function at(host: string, portText: string | undefined, text: string): HostPort {
  const port = portText === undefined ? PORT_DEFAULT : Number(portText);
  if (port < 1 || port > PORT_MAX) throw invalid(text);
  return { host, port };
}

function invalid(text: string): Failure {
  const right = 'HOST, HOST:PORT or [ADDRESS]:PORT, with a port from 1 to 65535';
  return new Failure('USAGE_INVALID', `--destination is ${right}; ${JSON.stringify(text)} is not`);
}

function needs(option: string, other: string): Failure {
  return new Failure('USAGE_INVALID', `${option} has a meaning with ${other} only`);
}

/** As people read it. */
export function describeServer({ host, port }: HostPort): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}
