import type { Bus, Requests } from '@albatross/shared/bus/bus';
import { check } from '@albatross/shared/bus/codec';
import {
  BLOB_CHUNK_BYTES_MAX,
  closeBlob,
  finishBlob,
  openBlob,
  readBlob,
  writeBlob,
} from '@albatross/shared/contracts/blob';
import { Failure, type FailureCode } from '@albatross/shared/contracts/failures';
import type { ReplyOf, RequestContract, RequestOf } from '@albatross/shared/contracts/request';
import { concatenate } from '@albatross/wire';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

type Work = (body: unknown) => unknown;

/** One request, as the service would be given it. */
interface Asked {
  readonly what: string;
  readonly body: unknown;
}

/** A bus without services: a test says what is answered, and what is said is held to its contract. */
export class ToyRequests implements Requests {
  readonly asked: Asked[] = [];
  readonly #answers = new Map<RequestContract, Work>();

  answer<C extends RequestContract>(
    contract: C,
    work: (body: RequestOf<C>) => ReplyOf<C> | Promise<ReplyOf<C>>,
  ): this {
    this.#answers.set(contract, work as Work);
    return this;
  }

  fail(contract: RequestContract, code: FailureCode, message = 'no'): this {
    assert.ok(contract.failures.includes(code), `${contract.verb} never fails with ${code}`);
    return this.answer(contract, () => {
      throw new Failure(code, message);
    });
  }

  readonly request: Bus['request'] = async (contract, body) => {
    const checked = check(contract.body, body, 'REQUEST_INVALID');
    const what = `${contract.noun}.${contract.verb}`;
    this.asked.push({ what, body: checked });
    const work = this.#answers.get(contract) ?? assert.fail(`${what} was not expected`);
    // Nobody answers in the same breath.
    await Promise.resolve();
    return check(contract.reply, await work(checked), 'REPLY_INVALID') as ReplyOf<typeof contract>;
  };

  /** What was asked for, in order. */
  get whats(): readonly string[] {
    return this.asked.map(({ what }) => what);
  }

  /** What the only such request said. */
  only<C extends RequestContract>(contract: C): RequestOf<C> {
    const what = `${contract.noun}.${contract.verb}`;
    const found = this.asked.filter((one) => one.what === what);
    assert.equal(found.length, 1, what);
    return found[0]?.body as RequestOf<C>;
  }
}

/** Uploads and downloads of a supervisor, in memory. */
export class ToyBlobs {
  readonly #uploads = new Map<string, Uint8Array[]>();
  readonly #downloads = new Map<string, Uint8Array>();
  #count = 0;
  opened: RequestOf<typeof openBlob> | null = null;
  closed = 0;

  constructor(requests: ToyRequests, { bytesMax = 2 ** 26 } = {}) {
    requests
      .answer(openBlob, (body) => {
        this.opened = body;
        if (body.sizeBytes === 0 && body.purpose === 'image')
          throw new Failure('IMAGE_EMPTY', 'the image has no bytes');
        const blob = this.#newId();
        this.#uploads.set(blob, []);
        return { blob };
      })
      .answer(writeBlob, ({ blob, offset, bytes }) => {
        if (offset + bytes.length > bytesMax) throw new Failure('BLOB_LIMIT', 'too large');
        this.#uploads.get(blob)?.splice(offset / BLOB_CHUNK_BYTES_MAX, 1, bytes.slice());
        return {};
      })
      .answer(finishBlob, ({ blob, sha256 }) => {
        const digest = createHash('sha256').update(this.uploaded(blob)).digest('hex');
        if (digest !== sha256) throw new Failure('BLOB_DIGEST_MISMATCH', 'other bytes');
        return {};
      })
      .answer(readBlob, ({ blob, offset }) => {
        const bytes = this.#downloads.get(blob) ?? assert.fail('no such download');
        return { bytes: bytes.subarray(offset, offset + BLOB_CHUNK_BYTES_MAX) };
      })
      .answer(closeBlob, ({ blob }) => {
        this.closed += 1;
        this.#uploads.delete(blob);
        this.#downloads.delete(blob);
        return {};
      });
  }

  /** What is still here. */
  get count(): number {
    return this.#uploads.size + this.#downloads.size;
  }

  uploaded(blob: string): Uint8Array {
    return concatenate(this.#uploads.get(blob) ?? assert.fail('no such upload'));
  }

  /** As the command that needs it does. */
  take(blob: string): Uint8Array {
    const bytes = this.uploaded(blob);
    this.#uploads.delete(blob);
    return bytes;
  }

  offer(bytes: Uint8Array): { readonly blob: string; readonly sizeBytes: number } {
    const blob = this.#newId();
    this.#downloads.set(blob, bytes);
    return { blob, sizeBytes: bytes.length };
  }

  #newId(): string {
    this.#count += 1;
    return this.#count.toString(16).padStart(32, '0');
  }
}
