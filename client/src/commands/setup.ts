import { Failure } from '@albatross/shared/contracts/failures';
import { foldersOf } from '@albatross/shared/runtime/folders';
import type { Command } from 'commander';
import { hostname } from 'node:os';
import { collect, readNumber } from '../arguments.ts';
import { addExamples } from '../help/examples.ts';
import type { Session } from '../session.ts';
import type { CertificateOptions } from '../setup/certificates.ts';

interface Flags {
  readonly authority?: string | true;
  readonly server?: readonly string[];
  readonly renew?: boolean;
  readonly port?: number;
  readonly root?: string;
}

const HELP = `
Makes the users that the processes run as, the group "albatross" for people who may give orders, folders, keys, and
the configuration of the bus, and says what it made or mended. What is well is left alone, so that it can be repeated
at any time; keys and certificates that are there are not replaced. It takes root, and the package does it.

With --authority or --server it makes an authority and the certificate of the TLS gateway as well, as "albatross generate"
does: certificates in /etc/albatross/tls, the key of the authority in /etc/albatross/ca, from where it should be
taken to a place that is off this host. With --renew the gateway gets another certificate for a year, of the same
key and names unless --server gives others; the key of the authority has to be there for as long as that takes.`;

export function addSetup(program: Command, { output, env }: Session): void {
  const command = program
    .command('setup')
    .description('make the users, folders and keys that albatross needs on this host');
  addExamples(command, [
    'albatross setup --root image',
    'albatross setup --root image --authority --server host.example.org --server 192.0.2.7',
    'albatross setup --root image --renew --server host.example.org',
  ]);
  command
    .option('--authority [name]', 'make an authority too, if there is none (default: albatross)')
    .option(
      '--server <host>',
      'and a certificate for this name or address of the host; can be repeated (default: its name)',
      collect,
    )
    .option('--renew', 'issue the certificate of this host anew, though there is one')
    .option('--port <port>', 'of the bus on loopback (default: the one it has, else 842)', readPort)
    .option('--root <dir>', 'make the files of another system, below its root, and no users')
    .addHelpText('after', HELP)
    .action(async (flags: Flags, command: Command) => {
      checkFolders(command.optsWithGlobals<{ dir?: string }>().dir, flags);
      const { setUpHost } = await import('../setup/set-up-host.ts');
      const { stepLine, stepToJson } = await import('../setup/step.ts');
      const { steps, port, certificates, notes } = await setUpHost(
        {
          installed: foldersOf(undefined),
          root: flags.root ?? null,
          port: flags.port ?? null,
          certificates: certificatesIn(flags),
          uid: process.getuid?.() ?? 0,
          path: env['PATH'],
        },
        // Told at once: what follows may fail.
        (step) => (output.isJson ? undefined : output.done(null, stepLine(step))),
      );
      const authority = certificates && { name: certificates.name, key: certificates.keyFile };
      if (output.isJson) output.json({ changes: steps.map(stepToJson), busPort: port, authority });
      else if (steps.length === 0) output.done(null, 'all is there');
      for (const note of notes) output.note(note);
    });
}

function checkFolders(dir: string | undefined, { root }: Flags): void {
  if (root === '')
    throw new Failure('USAGE_INVALID', '--root needs a folder; it was given an empty name');
  if (dir === undefined) return;
  const why = '"npm start -- --dir DIR" sets up its folder by itself';
  throw new Failure('USAGE_INVALID', `setup takes no --dir: ${why}; for another root, give --root`);
}

function certificatesIn({ authority, server, renew = false }: Flags): CertificateOptions | null {
  if (authority === undefined && server === undefined && !renew) return null;
  const name = authority === undefined || authority === true ? null : authority;
  return {
    name,
    hosts: server ?? [],
    hostName: hostname(),
    isRenewed: renew,
    now: Date.now(),
  };
}

function readPort(text: string): number {
  const port = readNumber('--port')(text);
  if (port >= 1 && port <= PORT_LAST) return port;
  throw new Failure('USAGE_INVALID', `--port is a number from 1 to ${PORT_LAST}; ${text} is not`);
}

const PORT_LAST = 65_535;
