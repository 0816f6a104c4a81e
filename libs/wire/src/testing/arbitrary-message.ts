import { name } from '@albatross/shared/domain/testing/arbitrary-name';
import * as fc from 'fast-check';
import type { WireMessage, WirePayload } from '../message.ts';
import { command } from './arbitrary-command.ts';
import { data } from './arbitrary-data.ts';
import { reply } from './arbitrary-reply.ts';
import { int64, text } from './arbitrary-values.ts';

const payload: fc.Arbitrary<WirePayload> = fc.oneof(
  fc.record({ kind: fc.constant('command' as const), command }),
  fc.record({ kind: fc.constant('reply' as const), reply }),
  fc.record({ kind: fc.constant('failure' as const), text }),
  fc.record({ kind: fc.constant('data' as const), data }),
);

/** Any that the original could hold, as long as its numbers have 53 bits where ours do. */
export const message: fc.Arbitrary<WireMessage> = fc.record({
  header: fc.record({ sequence: int64, name }),
  payload,
});
