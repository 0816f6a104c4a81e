import { decode, encode } from '@albatross/shared/bus/codec';
import { requestSubject } from '@albatross/shared/contracts/request';
import { showUnikernel } from '@albatross/shared/contracts/unikernel';
import {
  listUnikernels,
  UNIKERNELS_PER_PAGE_MAX,
} from '@albatross/shared/contracts/unikernel-list';
import { parseUnikernelName, ROOT } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { EMPTY_SUBJECT } from '@albatross/shared/bus/testing/empty-endpoint';
import type { Question } from './asker.ts';

/** A question, and whether a reply answers it. */
export interface Checked extends Question {
  /** Throws when it does not. */
  readonly check: (reply: Uint8Array) => void;
}

/** Of who answers nothing. */
export const NOTHING: Checked = {
  subject: EMPTY_SUBJECT,
  data: new Uint8Array(0),
  check: (reply) => assert.equal(reply.length, 0),
};

/** `info` of one that runs. */
export function infoOf(text: string): Checked {
  const name = parseUnikernelName(text);
  return {
    ...infoFor(text),
    check: (reply) => {
      const details = decode(showUnikernel.reply, reply, 'REPLY_INVALID');
      assert.deepEqual([details.name, details.state], [name, 'running']);
    },
  };
}

/** `info` of one that is not there: it is refused. */
export function infoOfNone(text: string): Checked {
  return {
    ...infoFor(text),
    check: (reply) => assert.match(Buffer.from(reply).toString('latin1'), /UNIKERNEL_NOT_FOUND/),
  };
}

function infoFor(text: string): Question {
  const name = parseUnikernelName(text);
  return { subject: requestSubject(showUnikernel, 'admin', name), data: encode({ name }) };
}

/** The first page of the list of so many. */
export function listOf(count: number): Checked {
  return {
    subject: requestSubject(listUnikernels, 'admin', ROOT),
    data: encode({ name: ROOT }),
    check: (reply) => {
      const { unikernels, next } = decode(listUnikernels.reply, reply, 'REPLY_INVALID');
      assert.equal(unikernels.length, Math.min(count, UNIKERNELS_PER_PAGE_MAX));
      assert.equal(next === null, count <= UNIKERNELS_PER_PAGE_MAX);
    },
  };
}
