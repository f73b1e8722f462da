/* npm run docs:postman: writes docs/postman.json alone. */
import { writePostman } from './write.ts';

await writePostman(new URL('../../../docs/postman.json', import.meta.url));
