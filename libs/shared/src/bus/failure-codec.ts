import { headers, type Msg, type MsgHdrs } from 'nats';
import { Failure, isFailureCode, type FailureCode } from '../contracts/failures.ts';
import { SERVICE_FAILURES, type RequestContract } from '../contracts/request.ts';
import { decode, encode } from './codec.ts';
import * as z from '../contracts/schema.ts';

/** The headers by which tools of NATS recognise a failed service reply. */
const ERROR_TEXT = 'Nats-Service-Error';
const ERROR_STATUS = 'Nats-Service-Error-Code';

const failureBody = z.object({
  code: z.string(),
  message: z.string(),
  details: z.orDefault(z.record(z.string(), z.unknown()), {}),
});

/**
 * What anything thrown in a service becomes on the bus. A defect, such as a failure that the contract does
 * not have, is told to `onDefect` and nobody else.
 */
export function failureOf(
  error: unknown,
  contract: RequestContract,
  onDefect: (error: unknown) => void,
): Failure {
  if (error instanceof Failure && isAllowed(error.code, contract)) return error;
  onDefect(error);
  return new Failure('INTERNAL', 'internal error; the log of the service says more');
}

export function encodeFailure(failure: Failure): { headers: MsgHdrs; data: Uint8Array } {
  const marked = headers();
  marked.set(ERROR_TEXT, failure.code);
  marked.set(ERROR_STATUS, failure.code === 'INTERNAL' ? '500' : '400');
  const { code, message, details } = failure;
  return { headers: marked, data: encode({ code, message, details }) };
}

/** The failure a reply carries; null when it is a success. A code outside the contract is not believed. */
export function failureIn(reply: Msg, contract: RequestContract): Failure | null {
  if (!reply.headers?.has(ERROR_STATUS)) return null;
  const { code, message, details } = decode(failureBody, reply.data, 'REPLY_INVALID');
  return isAllowed(code, contract)
    ? new Failure(code, message, details)
    : new Failure(
        'REPLY_INVALID',
        `the service failed with ${code}, which its contract does not have`,
      );
}

function isAllowed(code: string, contract: RequestContract): code is FailureCode {
  return (
    isFailureCode(code) && (contract.failures.includes(code) || SERVICE_FAILURES.includes(code))
  );
}
