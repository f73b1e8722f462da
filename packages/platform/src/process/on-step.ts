/**
 * Told of each step of a start, or of a deletion, once its effect is there, by name, and awaited before the next one
 * begins: what a test needs that ends the process at every step.
 */
export type OnStep = (step: string) => unknown;
