/** Why a target is missed, by the key of its row: `npm run docs:performance` wants one for each that is. */
export const REASONS: Readonly<Record<string, string>> = {
  'creates/first-byte':
    'a create is on the disk before it is answered (three syncs), and its tender is started by a keeper that outlives us: `setsid` and `sh` before the record is on the disk, `taskset` and `setpriv` behind it, each about a millisecond, and `setpriv`, which looks its numbers up as names, two ([decision 20](decisions/20-keepers-are-started-by-xargs.md)). Keepers made ahead would hide some 3 ms of that.',
  'creates/first-byte-with-tap': 'as without a tap; to make the tap is the smaller part.',
  'creates/at-once':
    'computing: supervisor, keeper and tender, console and the asking client together take more than the 13 ms of both processors that 150 a second leave to each; an hour before, the same machine came to 157 a second.',
  'consoles/full-ring':
    'a history is files, and keeps next to nothing: made to collect, the heap has 3 KiB more for each of the hundred than before, and when they fill up once more nothing is added. The rest is what messages under way took when a hundred printed at once, which V8 has not collected yet, and `malloc` not given back.',
  'sessions/info-p256-16':
    'the handshake runs in one process on one processor, in Node, where a session takes a multiple of the computing that `openssl s_server` does for a handshake, as the rows about CPU tell; generator, supervisor and bus need the other processor. Worker processes were tried: on two processors a session then took 30 % more computing.',
  'sessions/info-ed25519-16':
    'as with P-256; an hour before, the same machine came to 0.95, with P-256 to 0.75.',
  'sweeps/sweep-1000':
    'the C loop, which only reads the same files and drops them, takes two thirds of the target on this machine; a third of ours is the messages and the bus. It is done in slices: the row about the longest slice tells how long nothing else is done.',
};
