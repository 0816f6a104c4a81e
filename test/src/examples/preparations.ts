export interface Preparation {
  /** The examples it is for. */
  readonly of: RegExp;
  /** Typed before each of them. */
  readonly before: readonly string[];
}

/**
 * What is typed before an example, where it takes more, or less, than what stands before each: the unikernels
 * `hello` and `foo:hello` run, `foo:` has a policy, the block device `foo:data` is there, and the folder has every
 * file that is read.
 */
export const PREPARATIONS: readonly Preparation[] = [
  { of: /^albatross create hello (?!.*--destination)/, before: ['albatross destroy hello'] },
  { of: /^albatross create hello .*--ca foo\.pem/, before: ['albatross destroy foo:hello'] },
  { of: /^albatross start hello/, before: ['albatross stop hello'] },
  { of: /^albatross get hello hello\.spt/, before: ['rm hello.spt'] },
  { of: /^albatross create-block foo:data/, before: ['albatross destroy-block foo:data'] },
  { of: /^albatross dump-block .* data\.img/, before: ['rm data.img'] },
  // The policy has no block storage.
  { of: /^albatross add-policy foo (?!.*--block)/, before: ['albatross destroy-block foo:data'] },
  {
    of: /^albatross stats-remove --name foo:shell/,
    before: ['albatross stats-add $$ --name foo:shell'],
  },
  {
    of: /^albatross import-state .*--apply/,
    before: ['albatross destroy hello', 'albatross remove-policy --path foo'],
  },
  { of: /^albatross extract-dump hello hello\.hvt/, before: ['rm hello.hvt'] },
  { of: /^albatross generate ca/, before: ['rm cacert.pem ca.*'] },
  { of: /^albatross sign .* hello\.req/, before: ['rm hello.pem'] },
  { of: /^albatross certificate hello\.pem/, before: ['albatross destroy hello'] },
];

export interface Session {
  /** Typed before it. */
  readonly before: readonly string[];
  /** Without the gateway of the machine: one is started by an example. */
  readonly isServing?: false;
}

/** The same of topics and documents, whose lines are typed in order in one folder. */
export const SESSIONS: Readonly<Record<string, Session>> = {
  'albatross help readiness': { before: ['albatross destroy hello'] },
  'albatross help devices': { before: ['albatross destroy-block foo:data', 'rm data.img'] },
  'albatross help certificates': { before: ['rm *.pem *.key *.req *.db *.crl'] },
  'client/README.md': {
    before: ['rm *.pem *.key *.req *.db *.crl', 'ln -s $CHECKOUT/{client,libs,node_modules} .'],
  },
  'services/tls-gateway/README.md': {
    before: ['cp cacert.pem server.pem server.key $ALBATROSS_DIR/etc/tls'],
    isServing: false,
  },
};

export function preparationOf(line: string): readonly string[] {
  return PREPARATIONS.filter(({ of }) => of.test(line)).flatMap(({ before }) => before);
}
