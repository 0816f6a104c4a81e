import { BLOB_BYTES_MAX } from '@albatross/shared/contracts/blob';
import { Failure } from '@albatross/shared/contracts/failures';
import { NO_PROGRESS, type Progress } from '../progress.ts';
import type { Write } from '../write-file.ts';
import { httpFollow, isRedirect } from './http-follow.ts';
import { HTTP_PATIENCE, httpFailure, type HttpAnswer, type HttpPatience } from './http-get.ts';

/** One build of a unikernel, of which there may be newer ones. */
export interface Build {
  /** What is built again and again, as it stands in addresses: `%2F` is not decoded. */
  readonly job: string;
  readonly uuid: string;
}

interface DownloadOptions {
  readonly bytesMax?: number;
  readonly progress?: Progress;
}

/** A web server that has builds of unikernels, as https://builds.robur.coop. All methods throw a `Failure`. */
export class BuildRepository {
  readonly #address: URL;
  readonly #patience: HttpPatience;

  constructor(address: URL, patience: HttpPatience = HTTP_PATIENCE) {
    this.#address = address;
    this.#patience = patience;
  }

  /** The one whose image has this SHA-256, in hexadecimal. */
  async buildOf(digest: string): Promise<Build> {
    const none = `${this.#address.host} has no build of the image that runs, sha256 ${digest}`;
    return await this.#find(`/hash?sha256=${digest}`, none);
  }

  async latest({ job }: Build): Promise<Build> {
    const none = `${this.#address.host} has no latest build of ${job}`;
    return await this.#find(`/job/${job}/build/latest`, none);
  }

  /** Where people see what became different. */
  compareAddress(old: Build, latest: Build): string {
    return new URL(`/compare/${old.uuid}/${latest.uuid}`, this.#address).href;
  }

  /** Hands over the image, no more of it than an image may have. */
  async download(
    build: Build,
    write: Write,
    { bytesMax = BLOB_BYTES_MAX, progress = NO_PROGRESS }: DownloadOptions = {},
  ): Promise<void> {
    const url = new URL(`/job/${build.job}/build/${build.uuid}/main-binary`, this.#address);
    using answer = await httpFollow(url, this.#patience.answerMs);
    if (answer.status !== 200) throw httpFailure(url, whatWasAnswered(answer));
    const announced = Number(answer.body.headers['content-length'] ?? 0);
    if (announced > bytesMax) throw tooLarge(url, bytesMax);
    if (announced > 0) progress.expect(announced);
    let done = 0;
    using _ = giveUpInTime(answer, this.#patience);
    try {
      for await (const bytes of answer.body as AsyncIterable<Uint8Array>) {
        done += bytes.length;
        if (done > bytesMax) throw tooLarge(url, bytesMax);
        await write(bytes);
        progress.add(bytes.length);
      }
    } catch (error) {
      throw httpFailure(url, error);
    }
    // Where a body ends with its connection, nobody can tell whether that is all of it.
    if (!isDelimited(answer)) throw httpFailure(url, 'it did not say how long the image is');
  }

  /** By where it leads to. */
  async #find(path: string, none: string): Promise<Build> {
    const url = new URL(path, this.#address);
    using answer = await httpFollow(url, this.#patience.answerMs, isBuild);
    if (answer.status === 404) throw new Failure('BUILD_UNKNOWN', none);
    const build = isRedirect(answer) ? buildAt(answer.location) : null;
    if (build === null) throw httpFailure(url, `${whatWasAnswered(answer)} instead of a build`);
    return build;
  }
}

function giveUpInTime({ body }: HttpAnswer, { silenceMs, downloadMs }: HttpPatience): Disposable {
  const giveUp = (why: string) => () => void body.destroy(new Error(why));
  body.setTimeout(silenceMs, giveUp(`it sent nothing for ${silenceMs / 1000} s`));
  const late = giveUp(`it was not complete within ${downloadMs / 1000} s`);
  const timer = setTimeout(late, downloadMs);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

function isBuild({ location }: HttpAnswer): boolean {
  return buildAt(location) !== null;
}

/** ```/job/<job>/build/<uuid>[/]```; whose server it names does not matter, as only this one is asked. */
function buildAt(location: URL | null): Build | null {
  const [, job, uuid] =
    /^\/job\/([^/]+)\/build\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/?$/i.exec(
      location?.pathname ?? '',
    ) ?? [];
  return job === undefined || uuid === undefined ? null : { job, uuid: uuid.toLowerCase() };
}

function whatWasAnswered({ status, body }: HttpAnswer): string {
  return `it answered ${status}${body.statusMessage ? ` ${body.statusMessage}` : ''}`;
}

function isDelimited({ body: { headers } }: HttpAnswer): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

function tooLarge(url: URL, bytesMax: number): Failure {
  return httpFailure(url, `it sends more than the ${bytesMax} bytes that an image may have`);
}
