import { Failure } from '@albatross/shared/contracts/failures';

/** Where builds of unikernels are unless somebody says otherwise. */
export const BUILDS_DEFAULT = 'https://builds.robur.coop';

/** What `--http-host` takes: `http://HOST[:PORT]` or `https://HOST[:PORT]`. Throws a `Failure`. */
export function readBuildsAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain =
    url !== null &&
    ['http:', 'https:'].includes(url.protocol) &&
    `${url.pathname}${url.search}${url.hash}${url.username}${url.password}` === '/';
  if (isPlain) return url;
  throw new Failure(
    'USAGE_INVALID',
    `--http-host is a URL like ${BUILDS_DEFAULT}, without a path; ${JSON.stringify(text)} is not`,
  );
}
