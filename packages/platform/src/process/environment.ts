import { readFileSync } from 'node:fs';
import { errorCode } from './error-code.ts';

/** A variable of the environment, and what it accepts. It is read without a library: workers should stay small. */
export type Variable<Value> = {
  /** In words that go on from "it accepts". */
  readonly accepts: string;
  /** Its value; undefined for a text that is not accepted. */
  readonly read: (text: string) => Value | undefined;
  /** What counts where the variable is missing; without it, that is a fault. */
  readonly missing?: { readonly value: Value };
  /** What it holds is shown to nobody. */
  readonly secret?: boolean;
  /** Whether a file may hold it, which `NAME_FILE` names. */
  readonly inFile?: boolean;
};

export type Variables = Record<string, Variable<unknown>>;

/** What {@link readEnvironment} answers for variables. */
export type Settings<V extends Variables> = {
  [Name in keyof V]: V[Name] extends Variable<infer Value> ? Value : never;
};

/** A start is refused because of what a person set or left out. Its message says what to change, in a sentence. */
export class WrongSetting extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'WrongSetting';
  }
}

/**
 * Reads the environment once. Throws a {@link WrongSetting} that names every variable that is wrong, so that a process
 * never starts half configured. An empty variable is a missing one.
 */
export function readEnvironment<V extends Variables>(
  variables: V,
  environment: NodeJS.ProcessEnv,
): Settings<V> {
  const read = Object.entries(variables).map(([name, variable]) => ({
    name,
    ...readVariable(name, variable, environment),
    variable,
  }));
  const faults = read.flatMap(({ name, fault, variable }) =>
    fault === undefined ? [] : [`${name} ${fault}: it accepts ${variable.accepts}.`],
  );
  if (faults.length > 0) throw new WrongSetting(faults.join('\n'));
  return Object.fromEntries(read.map(({ name, value }) => [name, value])) as Settings<V>;
}

type Read = { value?: unknown; fault?: string };

function readVariable(name: string, variable: Variable<unknown>, environment: NodeJS.ProcessEnv): Read {
  const text = environment[name] ?? '';
  const file = variable.inFile ? (environment[`${name}_FILE`] ?? '') : '';
  if (file === '') return readText(variable, text);
  if (text !== '') return { fault: `and ${name}_FILE are both set` };
  try {
    return readText(variable, readFileSync(file, 'utf8').trim());
  } catch (error) {
    return { fault: `cannot be read from ${name}_FILE (${errorCode(error) ?? 'unknown'})` };
  }
}

function readText(variable: Variable<unknown>, text: string): Read {
  if (text === '') return variable.missing ?? { fault: 'is missing' };
  const value = variable.read(text);
  if (value !== undefined) return { value };
  return { fault: variable.secret ? 'is not valid' : `is ${JSON.stringify(text)}` };
}

export const optional = <Value>(variable: Variable<Value>): Variable<Value | undefined> => ({
  ...variable,
  missing: { value: undefined },
});

export const withDefault = <Value>(variable: Variable<Value>, value: Value): Variable<Value> => ({
  ...variable,
  missing: { value },
});

/** A secret may also stand in a file, which `NAME_FILE` names: so it is in no list of processes and no dump of settings. */
export const orInFile = <Value>(variable: Variable<Value>): Variable<Value> => ({
  ...variable,
  inFile: true,
});

/** Any text; whether it serves shows where it is used. */
export const text = (accepts: string): Variable<string> => ({ accepts, read: (given) => given });

/** What a function reads; where that throws, the text is not accepted. */
export const readBy = <Value>(
  accepts: string,
  read: (given: string) => Value | undefined,
): Variable<Value> => ({
  accepts,
  read: (given) => {
    try {
      return read(given);
    } catch {
      return undefined;
    }
  },
});

/** A text that is shown to nobody. */
export const secret = (lengthMin: number): Variable<string> => ({
  accepts: `at least ${lengthMin} characters`,
  read: (given) => (given.length >= lengthMin ? given : undefined),
  secret: true,
});

export const wholeNumber = (least: number, most: number): Variable<number> => ({
  accepts: `a whole number from ${least} to ${most}`,
  read: (given) => {
    const number = /^\d{1,9}$/.test(given) ? Number(given) : Number.NaN;
    return number >= least && number <= most ? number : undefined;
  },
});

export const port = wholeNumber(0, 65_535);

export const oneOf = <Word extends string>(...words: Word[]): Variable<Word> => ({
  accepts: words.join(' or '),
  read: (given) => words.find((word) => word === given),
});

/** Two whole numbers, `first,second`; these where it is missing. */
export const numberPair = (...missing: [number, number]): Variable<[number, number]> => ({
  accepts: 'two whole numbers from 1 to 99999 with a comma between them, as in 20,40',
  read: (given) => {
    const [, first, second] = /^([1-9]\d{0,4}),([1-9]\d{0,4})$/.exec(given) ?? [];
    return first && second ? [Number(first), Number(second)] : undefined;
  },
  missing: { value: missing },
});

/** How much is logged, by pino's words. */
export const logLevel = withDefault(
  oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
  'info',
);
