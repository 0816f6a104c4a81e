import { readFileSync } from 'node:fs';

/**
 * What the supervisor does as root, and nothing else: taps; tenders as users of their own; images and block
 * files given to those; files of theirs read, removed and replaced; tenders ended; room for files opened.
 */
export const NEEDED_CAPABILITIES: readonly string[] = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'KILL',
  'SETGID',
  'SETUID',
  'NET_ADMIN',
  'SYS_RESOURCE',
];

/** By number, as in linux/capability.h. */
const CAPABILITIES =
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'.split(
    ' ',
  );

/** Of those in force, the ones that nothing of ours needs. */
export function excessCapabilities(status = ownStatus()): readonly string[] {
  return permittedCapabilities(status).filter((name) => !NEEDED_CAPABILITIES.includes(name));
}

/** Of those needed, the ones that are not in force. */
export function missingCapabilities(status = ownStatus()): readonly string[] {
  const permitted = permittedCapabilities(status);
  return NEEDED_CAPABILITIES.filter((name) => !permitted.includes(name));
}

function ownStatus(): string {
  return readFileSync('/proc/self/status', 'utf8');
}

/**
 * The names in a process's permitted set, a hexadecimal number with one bit for each:
 *
 * ```text
 * CapPrm:	00000000010010eb
 * ```
 *
 * Bits without a name here are called by their number. Throws when there is no such line.
 */
export function permittedCapabilities(status: string): readonly string[] {
  const digits = /^CapPrm:\s*([0-9a-f]{1,16})$/m.exec(status)?.[1];
  if (digits === undefined) throw new Error('the status of a process tells no capabilities');
  const set = BigInt(`0x${digits}`);
  return Array.from({ length: 64 }, (_, bit) => bit)
    .filter((bit) => (set & (1n << BigInt(bit))) !== 0n)
    .map((bit) => CAPABILITIES[bit] ?? String(bit));
}
