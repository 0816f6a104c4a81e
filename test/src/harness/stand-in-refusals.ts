import { buildImage } from '@albatross/solo5/testing';
import type { Target } from './tenders-under-test.ts';

/** A command line that a tender answers with status 1. `T` stands for spt or hvt throughout. */
export interface Refusal {
  readonly why: string;
  readonly words: readonly string[];
  /** All lines on stderr, without the tender's name in front. */
  readonly says: readonly string[];
  /** Whether the usage follows; of it only the first line is the same in a stand-in. */
  readonly usage: boolean;
}

/** The files that the command lines name, by name. */
export function filesFor(target: Target): ReadonlyMap<string, Uint8Array> {
  const disk = { name: 'storage', kind: 'block' } as const;
  const network = { name: 'service', kind: 'net' } as const;
  return new Map([
    ['text', Buffer.from('hello\n')],
    ['host', buildImage({ header: { type: 3 } })],
    ['plain', buildImage({ target })],
    ['both', buildImage({ target, devices: [network, disk] })],
    ['disk', buildImage({ target, devices: [disk] })],
    ['other', buildImage({ target: target === 'spt' ? 'hvt' : 'spt' })],
    ['version', buildImage({ target, abiVersion: 9 })],
    ['no-abi', buildImage({ target, abi: null })],
    ['no-manifest', buildImage({ target, manifest: null })],
    ['bad-manifest', buildImage({ target, manifest: new Uint8Array(116) })],
    ['1000B', new Uint8Array(1000)],
    ['1024B', new Uint8Array(1024)],
    ['0B', new Uint8Array(0)],
  ]);
}

const MISSING = 'Could not open: No such file or directory';
const INVALID = 'invalid executable: ';
const BAD_MEMORY = 'Malformed argument to --mem';
const BAD_SECTOR = 'Block size must be a multiple of 2 greater than or equal 512';
const UNATTACHED = 'All declared devices must be attached. See --help for syntax.';
const NAME_67 = 'a'.repeat(67);

const aboutImages: readonly Refusal[] = [
  { why: 'no image is named', words: [], says: ['Missing KERNEL operand'], usage: true },
  { why: 'help is asked for', words: ['--foo', '--help', 'plain'], says: [], usage: true },
  refusal('the image does not exist', ['nosuch'], `nosuch: ${MISSING}`),
  refusal('--mem and its number are two words', ['--mem', '32', 'plain'], `32: ${MISSING}`),
  refusal(
    'the image is a text',
    ['text'],
    `text: ${INVALID}elf header does not match the expected size (6 != 64)`,
  ),
  refusal(
    'the image is not a static executable',
    ['host'],
    `host: ${INVALID}invalid or unsupported executable (elf header invalid while loading note)`,
  ),
  refusal(
    'the image is a directory',
    ['.'],
    '.: pread_in_full for elf header while loading note returned 18446744073709551615 < 0',
  ),
  refusal('it is for another target', ['other'], 'other: Executable is not for the solo5-T target'),
  refusal(
    'it is for another version of the ABI',
    ['version'],
    'version: Executable requests unsupported ABI version 9',
  ),
  refusal('no ABI is told', ['no-abi'], 'no-abi: No Solo5 ABI information found in executable'),
  refusal(
    'there is no manifest',
    ['no-manifest'],
    'no-manifest: No Solo5 manifest found in executable',
  ),
  refusal('the manifest is not one', ['bad-manifest'], 'bad-manifest: Solo5 manifest is invalid'),
];

const aboutOptions: readonly Refusal[] = [
  refusal('the memory is zero', ['--mem=0', 'plain'], BAD_MEMORY),
  refusal('the memory is no number', ['--mem=abc', 'plain'], BAD_MEMORY),
  badOption('an option is unknown', '--foo'),
  badOption('an option is for debugging', '--gdb'),
  badOption('a name holds an underscore', '--net:a_b=tap'),
  badOption('a device has no value', '--net:service='),
  badOption('a MAC is malformed', '--net-mac:service=zz'),
  badOption('a network is not declared', '--net:foo=tap', undeclared('foo')),
  badOption('a name of 67 letters is not declared', `--net:${NAME_67}=tap`, undeclared(NAME_67)),
  badOption('a name has 68 letters', `--net:${NAME_67}a=tap`),
  badOption('a disk is attached as a network', '--net:storage=tap', undeclared('storage')),
  badOption('a network is attached as a disk', '--block:service=1024B', undeclared('service')),
  badOption('a MAC is for no network', '--net-mac:foo=0:1:2:3:4:5', undeclared('foo')),
  badOption(
    'the tap does not exist',
    '--net:service=nosuchtap0',
    'Could not attach interface: nosuchtap0: No such file or directory',
  ),
  badOption(
    'the name of the tap is too long',
    '--net:service=abcdefghijklmnop',
    'Could not attach interface: abcdefghijklmnop: File name too long',
  ),
  badOption('a sector has 1000 bytes', '--block-sector-size:storage=1000', BAD_SECTOR),
  badOption('a sector has 64 KiB', '--block-sector-size:storage=65536', BAD_SECTOR),
  {
    why: 'an undeclared device follows --mem=, which makes it said twice',
    words: ['--mem=16', '--net:foo=tap', 'plain'],
    says: [undeclared('foo'), undeclared('foo'), "Invalid option: `--net:foo=tap'"],
    usage: true,
  },
];

const aboutDevices: readonly Refusal[] = [
  refusal(
    'no device is attached',
    ['both'],
    "Device 'service' of type NET_BASIC declared but not attached.",
    "Device 'storage' of type BLOCK_BASIC declared but not attached.",
    UNATTACHED,
  ),
  refusal(
    'only the size of sectors is given',
    ['--block-sector-size:storage=512', 'disk'],
    "Device 'storage' of type BLOCK_BASIC declared but not attached.",
    UNATTACHED,
  ),
  refusal(
    'the file of a disk does not exist',
    ['--block:storage=nosuch', 'disk'],
    'Could not open block device: nosuch: No such file or directory',
  ),
  refusal(
    'the file of a disk is a directory',
    ['--block:storage=.', 'disk'],
    'Could not open block device: .: Is a directory',
  ),
  refusal(
    'a disk ends within a sector',
    ['--block:storage=1000B', 'disk'],
    'storage: Backing storage size must be block aligned (512 bytes)',
  ),
  refusal(
    'a disk ends within a larger sector',
    ['--block:storage=1024B', '--block-sector-size:storage=4096', '--', 'disk'],
    'storage: Backing storage size must be block aligned (4096 bytes)',
  ),
  refusal(
    'a disk is empty',
    ['--block:storage=0B', 'disk'],
    'storage: Backing storage must be at least 1 block (512 bytes) in size',
  ),
  refusal(
    'the arguments and the spaces between them have 8192 bytes',
    ['plain', 'a'.repeat(8000), 'b'.repeat(191)],
    'Guest command line too long (max=8191 characters)',
  ),
];

export const refusals: readonly Refusal[] = [...aboutImages, ...aboutOptions, ...aboutDevices];

function refusal(why: string, words: readonly string[], ...says: readonly string[]): Refusal {
  return { why, words, says, usage: false };
}

function badOption(why: string, option: string, ...reasons: readonly string[]): Refusal {
  const says = [...reasons, `Invalid option: \`${option}'`];
  return { why, words: [option, 'both'], says, usage: true };
}

function undeclared(name: string): string {
  return `Resource not declared in manifest: '${name}'`;
}
