import type { FailureCode } from '@albatross/shared/contracts/failures';

/** The exit statuses of the original client, which scripts know. */
export const EXIT_REFUSED = 117;
export const EXIT_LOST = 121;
const EXIT_UNREACHABLE = 122;
export const EXIT_USAGE = 124;
const EXIT_DEFECT = 125;

/** 0 is success; anything a service refuses is `EXIT_REFUSED` unless it stands here. */
const EXITS: Partial<Record<FailureCode, number>> = {
  USAGE_INVALID: EXIT_USAGE,
  FILE_UNREADABLE: EXIT_USAGE,
  FILE_UNWRITABLE: EXIT_USAGE,
  STATE_INVALID: EXIT_USAGE,
  NAME_INVALID: EXIT_USAGE,
  MEMORY_INVALID: EXIT_USAGE,
  ARGUMENTS_INVALID: EXIT_USAGE,
  CPUS_INVALID: EXIT_USAGE,
  DEVICE_INVALID: EXIT_USAGE,
  POLICY_INVALID: EXIT_USAGE,
  BLOCK_SIZE_INVALID: EXIT_USAGE,
  BUS_UNREACHABLE: EXIT_UNREACHABLE,
  SERVICE_DOWN: EXIT_UNREACHABLE,
  DEADLINE_EXCEEDED: EXIT_LOST,
  INTERNAL: EXIT_DEFECT,
  REPLY_INVALID: EXIT_DEFECT,
};

export function exitStatusOf(code: FailureCode): number {
  return EXITS[code] ?? EXIT_REFUSED;
}
