import type { FailureCode } from '@albatross/shared/contracts/failures';

/** A line behind `albatross` that cannot be carried out, and what is said of it. */
export interface BadLine {
  readonly words: string;
  readonly code: FailureCode;
  /** In the message. */
  readonly says: RegExp;
}

/** Nothing is asked for these: they are wrong as they stand. */
export const WRONG_WORDS: readonly BadLine[] = [
  usage('craete hello hello.spt', /unknown command 'craete' .*did you mean create\b/i),
  usage('create_blok data 4', /'create_blok' .*did you mean create-block/i),
  usage('nonsense', /unknown command 'nonsense'; see --help/),
  usage('', /no command was given/),
  usage('info --jsno', /unknown option '--jsno' .*did you mean --json/i),
  usage('create hello hello.spt --memm 32', /'--memm' .*did you mean --mem\b/i),
  usage('console hello --folow', /'--folow' .*did you mean --follow/i),
  usage('info -x', /unknown option '-x'/),
  usage('create', /missing required argument 'name'/),
  usage('create hello', /missing required argument 'image'/),
  usage('stats-add 1', /required option .*--name <name>.* not specified/),
  usage('stop hello world', /too many arguments/),
  usage('console hello --count x', /--count.*\bx\b/),
  usage('console hello --since yesterday', /--since.*yesterday/),
  { words: 'create hello hello.spt --mem ten', code: 'MEMORY_INVALID', says: /ten.*MiB|MiB.*ten/ },
  { words: 'create hello hello.spt --mem 0', code: 'MEMORY_INVALID', says: /\b0\b/ },
  { words: 'create hello hello.spt --cpu one', code: 'CPUS_INVALID', says: /one/ },
  {
    words: 'create hello hello.spt --net service',
    code: 'DEVICES_MISMATCH',
    says: /manifest .*service/,
  },
  { words: 'create he_llo hello.spt', code: 'NAME_INVALID', says: /he_llo/ },
  { words: 'create foo: hello.spt', code: 'NAME_INVALID', says: /foo:/ },
  { words: 'add-policy foo none', code: 'POLICY_INVALID', says: /none/ },
  { words: 'create-block data big', code: 'BLOCK_SIZE_INVALID', says: /big/ },
  usage('top --count 0', /--count.*0/),
  usage('completion tcsh', /tcsh.*bash, zsh, fish/),
  usage('help nams', /no help on .*nams/),
  usage('update hello --http-host ftp://builds', /--http-host.*ftp:\/\/builds/),
  usage('info --destination localhost:99999', /99999/),
  usage('info --csr --destination localhost', /--csr.*--destination/),
  usage('log --destination localhost', /no log/),
  usage('info --color sometimes', /sometimes.*always, never, auto/),
];

/** The folder has `empty`, `garbage`, the folder `folder`, and `secret`, which may not be read. */
export const WRONG_FILES: readonly BadLine[] = [
  unreadable('create hello missing.spt', /missing\.spt cannot be read: ENOENT/),
  unreadable('create hello folder', /folder is no plain file/),
  unreadable('create hello secret', /secret cannot be read: EACCES/),
  unreadable('set-block data missing.img', /missing\.img/),
  unreadable('create-block data 4 --data folder', /folder is no plain file/),
  unreadable('sign missing.pem ca.db ca.key hello.req', /missing\.pem/),
  unreadable('explain folder', /folder/),
  { words: 'explain garbage', code: 'CERTIFICATE_INVALID', says: /garbage/ },
  { words: 'explain empty', code: 'CERTIFICATE_INVALID', says: /empty/ },
  { words: 'sign empty ca.db ca.key hello.req', code: 'CERTIFICATE_INVALID', says: /empty/ },
  unreadable('inspect-dump --file ./missing', /missing/),
  { words: 'inspect-dump --file ./garbage', code: 'STATE_INVALID', says: /garbage/ },
  { words: 'import-state ./empty', code: 'STATE_INVALID', says: /empty/ },
  unreadable('extract-dump hello --file ./folder', /folder/),
  unreadable('apply missing.yaml', /missing\.yaml/),
  unreadable('diff folder', /folder/),
  { words: 'apply garbage', code: 'FILE_INVALID', says: /garbage/ },
  unreadable('info --destination localhost --ca missing.pem --ca-key ca.key', /missing\.pem/),
  { words: 'generate ca folder', code: 'FILE_UNWRITABLE', says: /folder.*EISDIR/ },
];

function usage(words: string, says: RegExp): BadLine {
  return { words, code: 'USAGE_INVALID', says };
}

function unreadable(words: string, says: RegExp): BadLine {
  return { words, code: 'FILE_UNREADABLE', says };
}
