import type { IncomingMessage, ServerResponse } from 'node:http';

export const METRICS_PATH = '/metrics';

/** Answers one request for the page. Rejects with what `read` rejects with, after having said so. */
export async function answerMetrics(
  request: IncomingMessage,
  response: ServerResponse,
  read: () => Promise<readonly Uint8Array[]>,
): Promise<void> {
  const refusal = refusalOf(request);
  if (refusal !== null) return say(response, refusal);
  try {
    const pages = await read();
    const length = pages.reduce((sum, { byteLength }) => sum + byteLength, 0);
    response.writeHead(200, { ...HEADERS, 'content-type': PAGE, 'content-length': length });
    if (request.method !== 'HEAD') for (const page of pages) response.write(page);
    response.end();
  } catch (error) {
    say(response, { status: 500, line: 'the page could not be made; the log of stats says why' });
    throw error;
  }
}

const PAGE = 'text/plain; version=0.0.4; charset=utf-8';
const LINE = 'text/plain; charset=utf-8';

const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

interface Refusal {
  readonly status: number;
  readonly line: string;
}

function refusalOf({ headers, method = '', url = '' }: IncomingMessage): Refusal | null {
  if (!isThisMachine(headers.host ?? '')) {
    const line = 'only requests to 127.0.0.1, localhost or [::1] are answered here';
    return { status: 403, line };
  }
  if (url.split('?', 1)[0] !== METRICS_PATH)
    return { status: 404, line: `there is nothing here; the page is at ${METRICS_PATH}` };
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 405, line: 'the page can be had by GET, and by HEAD' };
  return null;
}

/**
 * A page of another site in somebody's browser may have had its name lead here, to read what it must not;
 * the browser sends that name.
 *
 * ```abnf
 * Host = ("127.0.0.1" / "localhost" / "[::1]") [":" *DIGIT]
 * ```
 */
function isThisMachine(host: string): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d*)?$/i.test(host);
}

function say(response: ServerResponse, { status, line }: Refusal): void {
  const text = `${line}\n`;
  const headers = { ...HEADERS, 'content-type': LINE, 'content-length': Buffer.byteLength(text) };
  response.writeHead(status, status === 405 ? { ...headers, allow: 'GET, HEAD' } : headers);
  response.end(text);
}
