export { badField, type FieldError, ProblemError, problem } from './problem.ts';
