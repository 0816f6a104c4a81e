import type { FailureCode } from '@albatross/shared/contracts/failures';
import { escapeControl } from '@albatross/shared/runtime/escape';

/** What may keep a certificate, a request or a revocation list from being made. */
export type IssueErrorCode = Extract<
  FailureCode,
  | 'AUTHORITY_EXISTS'
  | 'AUTHORITY_INVALID'
  | 'CERTIFICATE_FOREIGN'
  | 'CERTIFICATE_INVALID'
  | 'CERTIFICATE_NOT_FOUND'
  | 'CERTIFICATE_TOO_LARGE'
  | 'DISK_FULL'
  | 'FILE_UNREADABLE'
  | 'FILE_UNWRITABLE'
  | 'KEY_INVALID'
  | 'KEY_MISMATCH'
  | 'MEMORY_INVALID'
  | 'NAME_INVALID'
  | 'POLICY_CONFLICT'
  | 'POLICY_EXCEEDED'
  | 'POLICY_INVALID'
  | 'REQUEST_MALFORMED'
  | 'REVOCATION_LIST_FOREIGN'
  | 'USAGE_INVALID'
>;

/** Nothing was issued. The message is one line, safe to show, and says what would be right. */
export class IssueError extends Error {
  override readonly name = 'IssueError';
  readonly code: IssueErrorCode;

  constructor(code: IssueErrorCode, message: string, options?: ErrorOptions) {
    // Some of it others wrote, into the files that were read.
    super(escapeControl(message), options);
    this.code = code;
  }
}
