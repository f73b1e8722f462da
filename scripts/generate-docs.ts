/* npm run docs: writes the pages that are made from code. */
import { writeFile } from 'node:fs/promises';
import { databaseDocs } from './database-docs.ts';
import { errorDocs } from './error-docs.ts';

const docs = new URL('../docs/', import.meta.url);
await writeFile(new URL('errors.md', docs), errorDocs());
await writeFile(new URL('database.md', docs), await databaseDocs());
