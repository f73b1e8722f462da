export { exampleOf, type JsonSchema } from './example.ts';
