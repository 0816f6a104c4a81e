/** Writes `docs/json.md` anew; `npm run docs`. */
import { writeFileSync } from 'node:fs';
import { renderJsonDocument } from './json-document.ts';
import { documentPath } from './read-document.ts';

writeFileSync(documentPath('json.md'), renderJsonDocument());
