/** Writes `docs/interoperability.md` anew, with what is expected; `npm run docs`. */
import { writeFileSync } from 'node:fs';
import { documentPath } from '../documents/read-document.ts';
import { expectedColumns } from './expected.ts';
import { renderInteroperability } from './interoperability-document.ts';

writeFileSync(documentPath('interoperability.md'), renderInteroperability(expectedColumns()));
