export { exampleOf } from './example.ts';
