export {
  badField,
  badFields,
  type FieldError,
  fault,
  ProblemError,
  problem,
  problemBody,
} from './problem.ts';
