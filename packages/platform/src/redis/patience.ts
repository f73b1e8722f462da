import { ConsecutiveBreaker, circuitBreaker, handleAll } from 'cockatiel';

/** Runs a command, or refuses to. */
export type Patience = <T>(command: () => Promise<T>) => Promise<T>;

/** After three failures in a row commands are refused for a second; then one tries whether it goes again. */
export function patience(): Patience {
  const breaker = circuitBreaker(handleAll, { halfOpenAfter: 1_000, breaker: new ConsecutiveBreaker(3) });
  return (command) => breaker.execute(command);
}
