import { Failure } from '@albatross/shared/contracts/failures';
import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';

/** How long is waited for what. */
export interface HttpPatience {
  /** For an answer, from the beginning; of a file, for its head. */
  readonly answerMs: number;
  /** Without a byte of a file. */
  readonly silenceMs: number;
  /** For the whole of a file. */
  readonly downloadMs: number;
}

export const HTTP_ANSWER_MS_MAX = 30_000;
export const HTTP_SILENCE_MS_MAX = 60_000;
export const HTTP_DOWNLOAD_MS_MAX = 1_200_000;

export const HTTP_PATIENCE: HttpPatience = {
  answerMs: HTTP_ANSWER_MS_MAX,
  silenceMs: HTTP_SILENCE_MS_MAX,
  downloadMs: HTTP_DOWNLOAD_MS_MAX,
};

/** An answer whose body nobody has read yet. */
export interface HttpAnswer {
  readonly status: number;
  /** Where it leads to; null where it does not say, or not in words that can be read. */
  readonly location: URL | null;
  readonly body: IncomingMessage;
}

/** What is asked, and answered, is of no use once this is disposed of. Throws a `Failure` `HTTP_FAILED`. */
export async function httpGet(url: URL, answerMs: number): Promise<HttpAnswer & Disposable> {
  // Bodies are taken as they are: what is compressed has another size than was said.
  const headers = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'albatross' };
  const options = { headers, agent: false };
  const request =
    url.protocol === 'https:'
      ? (await import('node:https')).get(url, options)
      : (await import('node:http')).get(url, options);
  try {
    const body = await answerTo(request, answerMs);
    return {
      status: body.statusCode ?? 0,
      location: locationOf(url, body.headers.location),
      body,
      [Symbol.dispose]: () => void request.destroy(),
    };
  } catch (error) {
    request.on('error', () => undefined).destroy();
    throw httpFailure(url, error);
  }
}

async function answerTo(request: ClientRequest, answerMs: number): Promise<IncomingMessage> {
  const signal = AbortSignal.timeout(answerMs);
  try {
    const [body] = (await once(request, 'response', { signal })) as [IncomingMessage];
    // What goes wrong from now on, whoever reads the body is told.
    request.on('error', () => undefined);
    body.on('error', () => undefined);
    return body;
  } catch (error) {
    throw signal.aborted ? new Error(`no answer within ${answerMs / 1000} s`) : error;
  }
}

function locationOf(asked: URL, location: string | undefined): URL | null {
  return location !== undefined && URL.canParse(location, asked.href)
    ? new URL(location, asked)
    : null;
}

/** One line, of whatever went wrong between us and that server. */
export function httpFailure(url: URL, why: unknown): Failure {
  if (why instanceof Failure) return why;
  return new Failure('HTTP_FAILED', `${url.href}: ${reasonOf(why)}`, { url: url.href });
}

/** Of the several addresses of a name, what is wrong with each. */
function reasonOf(why: unknown): string {
  if (why instanceof AggregateError) return [...new Set(why.errors.map(reasonOf))].join(', ');
  return why instanceof Error ? why.message.replaceAll(/\s*\n\s*/g, ' ') : String(why);
}
