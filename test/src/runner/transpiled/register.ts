/** For `--import`: modules of ours are loaded from the cache that this stands in. */
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { showSources } from './show-sources.ts';

const cache = fileURLToPath(new URL('modules', import.meta.url));
register(new URL('hooks.js', import.meta.url), { data: cache });
showSources(cache);
