export { badField, badFields, type FieldError, fault, ProblemError, problem } from './problem.ts';
