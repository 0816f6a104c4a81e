import { httpFailure, httpGet, type HttpAnswer } from './http-get.ts';

/** So often one answer may lead to another. */
export const REDIRECTS_MAX = 5;

/**
 * Asks, and goes where the answer leads to, as long as that is the same server; an answer that `isGoal` is
 * where this ends. Throws a `Failure` `HTTP_FAILED`.
 */
export async function httpFollow(
  url: URL,
  answerMs: number,
  isGoal: (answer: HttpAnswer) => boolean = () => false,
): Promise<HttpAnswer & Disposable> {
  let next = url;
  for (let redirects = 0; ; redirects++) {
    const answer = await httpGet(next, answerMs);
    if (!isRedirect(answer) || isGoal(answer)) return answer;
    answer[Symbol.dispose]();
    if (redirects === REDIRECTS_MAX)
      throw httpFailure(url, `it leads from one place to another, more than ${redirects} times`);
    next = nextOf(next, answer);
  }
}

export function isRedirect({ status }: HttpAnswer): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/** Whoever can make a server send us elsewhere should not choose what is run here; nor by taking TLS away. */
function nextOf(from: URL, { status, location }: HttpAnswer): URL {
  if (location === null) throw httpFailure(from, `it answered ${status}, and not where to go`);
  const isSecured = from.protocol === 'http:' && location.protocol === 'https:';
  const isSame = location.origin === from.origin;
  if (isSame || (isSecured && location.hostname === from.hostname)) return location;
  throw httpFailure(from, `it leads to another server, ${location.origin}`);
}
