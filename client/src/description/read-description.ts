import { blockSizeMib } from '@albatross/shared/contracts/block';
import { Failure } from '@albatross/shared/contracts/failures';
import { check } from '@albatross/shared/bus/codec';
import {
  isPathName,
  isWithin,
  NameError,
  parseName,
  parseUnikernelName,
  type Name,
  type PathName,
} from '@albatross/shared/domain/name';
import type { Policy } from '@albatross/shared/domain/policy';
import { PolicyError, readPolicy } from '@albatross/shared/domain/read-policy';
import type { DescribedBlock, Description } from './description.ts';
import { parseYaml } from './parse-yaml.ts';
import { readFileName } from './read-file-name.ts';
import { readUnikernel } from './read-unikernel.ts';
import {
  DescriptionError,
  entriesOf,
  fieldsOf,
  plain,
  textOf,
  type Entry,
  type Place,
  type Value,
} from './value.ts';

/** Throws a `Failure` `FILE_INVALID` that has the line and the column. */
export function readDescription(text: string, file: string): Description {
  try {
    return read(parseYaml(text));
  } catch (error) {
    throw error instanceof DescriptionError ? invalid(file, error.at, error.message) : error;
  }
}

export function invalid(file: string, { line, column }: Place, message: string): Failure {
  return new Failure('FILE_INVALID', `${file}:${line}:${column}: ${message}`, {
    file,
    line,
    column,
  });
}

const VERSION = 1;

function read(whole: Value): Description {
  const what = 'the description of a system';
  const {
    version,
    path: of,
    ...sections
  } = fieldsOf(whole, what, ['version', 'path', 'policies', 'blocks', 'unikernels']);
  if (version === undefined || plain(version) !== VERSION)
    throw new DescriptionError((version ?? whole).at, `it begins with "version: ${VERSION}"`);
  if (of === undefined)
    throw new DescriptionError(
      whole.at,
      'it has no path; it speaks of that and everything below it, as in path: "foo:", or path: ":" for all there is',
    );
  const path = named(of.at, () => parsePath(textOf(of, 'path')));
  const section = <N extends Name, T>(
    value: Value | undefined,
    what: string,
    parse: (text: string) => N,
    readOne: (entry: Entry, name: N) => T,
  ): ReadonlyMap<N, T> => readSection({ value, what, path }, parse, readOne);
  return {
    path,
    policies: section(sections.policies, 'policies', parsePath, ({ value }) => readPolicyAt(value)),
    blocks: section(sections.blocks, 'blocks', parseUnikernelName, readBlock),
    unikernels: section(sections.unikernels, 'unikernels', parseUnikernelName, readUnikernel),
  };
}

function readSection<N extends Name, T>(
  { value, what, path }: { value: Value | undefined; what: string; path: PathName },
  parse: (text: string) => N,
  readOne: (entry: Entry, name: N) => T,
): ReadonlyMap<N, T> {
  const all = new Map<N, T>();
  for (const entry of value === undefined ? [] : entriesOf(value, what)) {
    const name = named(entry.at, () => parse(entry.key));
    if (!isWithin(name, path))
      throw new DescriptionError(
        entry.at,
        `${name} is not at or below the path ${path} of the file`,
      );
    if (all.has(name)) throw new DescriptionError(entry.at, `${name} is there twice`);
    all.set(name, readOne(entry, name));
  }
  return all;
}

function named<T>(at: Place, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof NameError ? new DescriptionError(at, error.message) : error;
  }
}

function parsePath(text: string): PathName {
  const name = parseName(text);
  if (isPathName(name)) return name;
  throw new NameError(`${JSON.stringify(text)} is no path; a path ends in a colon, as in "foo:"`);
}

/** As `add-policy` has them. */
const POLICY_DEFAULTS = { cpus: [0], bridges: [], blockMib: null };
const POLICY_FIELDS = ['unikernels', 'memoryMib', 'cpus', 'bridges', 'blockMib'] as const;

function readPolicyAt(value: Value): Policy {
  const fields = fieldsOf(value, 'a policy', POLICY_FIELDS);
  const written: Record<keyof Policy, unknown> = {
    unikernels: 1,
    memoryMib: 1,
    ...POLICY_DEFAULTS,
  };
  for (const key of POLICY_FIELDS) {
    const field = fields[key];
    if (field !== undefined) written[key] = plain(field);
    else if (key === 'unikernels' || key === 'memoryMib')
      throw new DescriptionError(value.at, `a policy has ${key}`);
    // One after the other, so that it is known which is wrong.
    try {
      readPolicy(written);
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      throw new DescriptionError((field ?? value).at, error.message);
    }
  }
  return readPolicy(written);
}

function readBlock({ value }: Entry): DescribedBlock {
  const { sizeMib, content } = fieldsOf(value, 'a block device', ['sizeMib', 'content']);
  if (sizeMib === undefined) throw new DescriptionError(value.at, 'a block device has sizeMib');
  try {
    return {
      sizeMib: check(blockSizeMib, plain(sizeMib), 'BLOCK_SIZE_INVALID'),
      content: content === undefined ? null : readFileName(content, 'content'),
    };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new DescriptionError(sizeMib.at, error.message);
  }
}
