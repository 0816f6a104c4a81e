/**
 * Every failure there is: a closed set of codes that machines read; people read the message. A code is
 * never renamed. `docs/errors.md` lists them with cause and remedy, and a test holds it against this table.
 */
export const FAILURES = {
  // the command line
  USAGE_INVALID: 'The command line is wrong.',
  FILE_UNREADABLE: 'A file named on the command line cannot be read.',
  FILE_UNWRITABLE: 'A file cannot be written.',
  OUTPUT_LOST: 'What is printed cannot be written where standard output goes.',
  STATE_INVALID:
    "What stands on the disk is no state of the original's daemon or of ours, or is damaged.",
  FILE_INVALID: 'A file that describes a system has something it may not have.',
  // names and requests
  NAME_INVALID: 'The text is no name.',
  NAME_MISMATCH: 'The name in a request differs from the one in its subject.',
  REQUEST_INVALID: 'A request has a missing, unknown or malformed part.',
  ID_REUSED: 'A request id was used before, with another body.',
  BUSY: 'The service has as many requests under way as it accepts.',
  // unikernels
  UNIKERNEL_EXISTS: 'A unikernel of this name is running or being started.',
  UNIKERNEL_NOT_FOUND: 'There is no unikernel of this name.',
  UNIKERNEL_NOT_READY: 'It was started, and did not become ready.',
  MEMORY_INVALID: 'The memory is no whole number of MiB of at least 1.',
  ARGUMENTS_INVALID: 'The arguments are more than a guest can be given.',
  CPUS_INVALID: 'The CPUs are none, or not all whole numbers of at least 0.',
  DEVICE_INVALID: 'A device is described wrongly, or two have the same name.',
  HYPERVISOR_UNSUPPORTED: 'What was asked for needs bhyve, which Linux does not have.',
  // policies
  POLICY_EXCEEDED: 'The request does not fit a policy.',
  POLICY_INVALID: 'A policy has a number that cannot be meant.',
  POLICY_CONFLICT: 'A policy does not fit those above or below it, or what is used already.',
  POLICY_NOT_FOUND: 'There is no policy of this path.',
  // devices
  DEVICES_MISMATCH: "The devices given are not those of the image's manifest.",
  BRIDGE_NOT_FOUND: 'The host has no bridge of this name.',
  NETWORK_FAILED: 'A tap could not be made or removed.',
  BLOCK_NOT_FOUND: 'There is no block device of this name.',
  BLOCK_EXISTS: 'There is a block device of this name already.',
  BLOCK_IN_USE: 'The block device is used by a unikernel, or being written or read.',
  BLOCK_SIZE_INVALID: 'The size is no whole number of MiB of at least 1.',
  BLOCK_OVERFLOW: 'The content is larger than the block device.',
  ZVOL_DENIED: 'Unikernels of this path may not use ZFS volumes, or not this one.',
  // images
  IMAGE_EMPTY: 'The image has no bytes.',
  IMAGE_NOT_ELF: 'The image is no ELF file.',
  IMAGE_TRUNCATED: 'The image ends before its own headers say.',
  IMAGE_NOT_EXECUTABLE: 'The image is an ELF file of another kind than a unikernel.',
  IMAGE_HEADERS_INVALID: "The image's program headers are malformed.",
  IMAGE_ABI_MISSING: 'The image has no Solo5 ABI note.',
  IMAGE_ABI_INVALID: "The image's Solo5 ABI note is malformed.",
  IMAGE_MANIFEST_MISSING: 'The image has no Solo5 manifest note.',
  IMAGE_MANIFEST_INVALID: "The image's Solo5 manifest note is malformed.",
  IMAGE_TARGET_UNSUPPORTED: 'No tender of ours runs images of this target.',
  // blobs
  BLOB_UNKNOWN: 'No such upload, or it is not of this caller and name.',
  BLOB_LIMIT: 'An upload is too large, or there are too many at once.',
  BLOB_INCOMPLETE: 'An upload was finished or used before all its bytes were there.',
  COMPRESSION_INVALID: 'Compressed bytes are no zlib stream, or end too early.',
  BLOB_DIGEST_MISMATCH: 'An upload arrived with other bytes than were sent.',
  // the machine
  TENDER_NOT_FOUND: 'The program that runs images of this kind is not installed.',
  TENDER_UNUSABLE: 'The tender does not answer, or speaks another ABI version than the image.',
  TENDER_FAILED: 'The tender could not be started.',
  TENDER_STUCK: 'The tender does not end, not even when it is killed.',
  DEVICE_ACCESS: 'The tender may not open a device node it needs.',
  DISK_FULL: 'There is no room on the disk.',
  // consoles
  CONSOLE_NOT_FOUND: 'Nothing was ever printed under this name, or it was forgotten.',
  // statistics
  STATS_EXISTS: 'Under this name a process is sampled already.',
  STATS_NOT_FOUND: 'Nobody asked for a process to be sampled under this name.',
  PROCESS_NOT_FOUND: 'There is no process of this number.',
  // certificates
  KEY_INVALID: 'A file holds no private key of a type that certificates are signed with.',
  KEY_MISMATCH: 'A private key is not the one that was asked for, or not that of the certificate.',
  CERTIFICATE_INVALID: 'A file holds no certificate that can be read.',
  AUTHORITY_INVALID: 'The certificate may not sign this, or not now.',
  AUTHORITY_EXISTS: 'Where an authority should be made there is one of another name or key.',
  REQUEST_MALFORMED: 'A signing request is malformed, or not signed by its own key.',
  CERTIFICATE_TOO_LARGE: 'A certificate would be larger than the protocol carries.',
  CERTIFICATE_NOT_FOUND: 'The database lists no certificate of this name.',
  CERTIFICATE_FOREIGN: 'The certificate was issued by another authority.',
  REVOCATION_LIST_FOREIGN: 'The file is no revocation list, or that of another authority.',
  // other hosts
  CHAIN_UNTRUSTED:
    'The certificates that would be shown do not lead to the authority of the server.',
  REMOTE_REFUSED: 'The server refused, and says why in words only.',
  CLIENT_UNTRUSTED: 'The server does not accept the certificates that it was shown.',
  SERVER_UNTRUSTED:
    'The certificate of the server does not lead to its authority, or is that of another host.',
  REMOTE_LOST: 'The server ended the connection too early, or sent what cannot be read.',
  REMOTE_UNREACHABLE: 'No connection to the server can be made.',
  // builds
  HTTP_FAILED: 'The server of builds does not answer, or something else than it should.',
  BUILD_UNKNOWN: 'The server of builds has no build of this image.',
  BUILD_UNUSABLE: 'The latest build cannot take the place of what runs.',
  UPDATE_ROLLED_BACK: 'The latest build did not become ready; the image before it is back.',
  UPDATE_ROLLBACK_FAILED: 'The latest build did not become ready, nor is the image before it back.',
  // the bus
  BUS_UNREACHABLE: 'The bus does not answer.',
  SERVICE_DOWN: 'The bus answers, but the service is not there.',
  DEADLINE_EXCEEDED: 'The service did not answer in time.',
  PERMISSION_DENIED: 'The bus does not let this identity do this.',
  MESSAGE_TOO_LARGE: 'A message is larger than the bus carries.',
  REPLY_INVALID: 'A service answered something that its contract does not allow.',
  INTERNAL: 'A defect in the service; its log says more.',
} as const;

export type FailureCode = keyof typeof FAILURES;

export type FailureDetails = Readonly<Record<string, unknown>>;

/** The one error that crosses the bus. `details` holds what a program may want to know, never secrets. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  readonly details: FailureDetails;

  constructor(code: FailureCode, message: string, details: FailureDetails = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

export function isFailureCode(code: unknown): code is FailureCode {
  return typeof code === 'string' && Object.hasOwn(FAILURES, code);
}
