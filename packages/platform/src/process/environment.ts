import { type Static, type TObject, Type } from 'typebox';
import { Value } from 'typebox/value';

/**
 * Reads the environment once, by a schema of strings, numbers and unions of literals. Throws an error that names
 * every variable that is wrong, so that a process never starts half configured.
 */
export function readEnvironment<T extends TObject>(schema: T, environment: NodeJS.ProcessEnv): Static<T> {
  const named = Object.keys(schema.properties).flatMap((name) => {
    const value = environment[name];
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  const values = Value.Convert(schema, Value.Default(schema, Object.fromEntries(named)));
  if (Value.Check(schema, values)) return values;
  const faults = [...Value.Errors(schema, values)].map(
    ({ instancePath, message }) => `${instancePath.slice(1)} ${message}`,
  );
  throw new Error(`The environment is not valid: ${faults.join('; ')}`);
}

/** A variable of two whole numbers, `first,second`; {@link numberPair} reads it. */
export const NumberPair = (value: string) =>
  Type.String({ pattern: '^[1-9]\\d{0,4},[1-9]\\d{0,4}$', default: value, description: 'two whole numbers' });

export function numberPair(text: string): [number, number] {
  const [first, second] = text.split(',').map(Number);
  return [first ?? 0, second ?? 0];
}

export const Port = Type.Integer({ minimum: 0, maximum: 65_535 });
