import { FAILURES, type FailureCode } from '@albatross/shared/contracts/failures';
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { exitStatusOf } from './exit-status.ts';

const codes = Object.keys(FAILURES) as FailureCode[];

it('every failure has one of the exit statuses of the original client, or one of an update', () => {
  const statuses = [2, 3, 116, 117, 118, 119, 120, 121, 122, 124, 125];
  for (const code of codes) assert.ok(statuses.includes(exitStatusOf(code)), code);
});

it('exit statuses tell a refusal from a mistake, a lost answer, and nobody there', () => {
  const expected: Partial<Record<FailureCode, number>> = {
    POLICY_EXCEEDED: 117,
    UNIKERNEL_NOT_FOUND: 117,
    CONSOLE_NOT_FOUND: 117,
    DISK_FULL: 117,
    CHAIN_UNTRUSTED: 116,
    HTTP_FAILED: 118,
    BUILD_UNKNOWN: 118,
    UPDATE_ROLLED_BACK: 2,
    UPDATE_ROLLBACK_FAILED: 3,
    UNIKERNEL_NOT_READY: 117,
    REMOTE_REFUSED: 117,
    CLIENT_UNTRUSTED: 119,
    SERVER_UNTRUSTED: 120,
    DEADLINE_EXCEEDED: 121,
    REMOTE_LOST: 121,
    REMOTE_UNREACHABLE: 122,
    BUS_UNREACHABLE: 122,
    SERVICE_DOWN: 122,
    USAGE_INVALID: 124,
    NAME_INVALID: 124,
    FILE_UNREADABLE: 124,
    INTERNAL: 125,
    REPLY_INVALID: 125,
  };
  for (const [code, status] of Object.entries(expected))
    assert.equal(exitStatusOf(code as FailureCode), status, code);
});
