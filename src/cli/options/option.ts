/** Reads and writes a value as text. Declared as methods, so that different value types fit into one table. */
export interface ValueType<V> {
  /** @throws InvalidArgumentError, which the parser prints */
  read(text: string): V;
  /** Writes the value so that `read` returns it again. */
  write(value: V): string;
  /** All allowed values, when they are a list. */
  choices?: readonly string[];
}

/** Headings of `--help --all` and the reference. `ofCell`: the options define the cell; else they concern the result. */
export const GROUPS = {
  agent: { title: 'Agent', ofCell: true },
  model: { title: 'Model', ofCell: true },
  task: { title: 'Task', ofCell: true },
  limits: { title: 'Limits', ofCell: true },
  sweep: { title: 'Several cells', ofCell: false },
  output: { title: 'Output', ofCell: false },
} as const;
type GroupId = keyof typeof GROUPS;

/** The error for a wrong combination of options. */
interface Refusal {
  /** Names in the same table. */
  options: readonly string[];
  code: string;
  /** `{this}` and `{other}` are replaced by the flags of the two options. */
  message: string;
  fix: string;
}

interface AnyOption {
  group: GroupId;
  /** One line: what it does. */
  help: string;
  /** Details for the long help. */
  more?: string;
  /** Environment variable that is used when the option was not given. */
  env?: string;
  /** One letter, as in `-o`. */
  letter?: string;
  /** The wizard's question when the option was not given; without it, the wizard does not ask. */
  question?: string;
  /** Shown in the short help. */
  common?: true;
  required?: true;
  excludes?: readonly Refusal[];
  /** The option needs one of `options`, or its environment variable. */
  needs?: readonly Refusal[];
}

interface SwitchOption extends AnyOption {
  type?: never;
  /** The flag is `--no-NAME`; the value is true without it. */
  negated?: true;
}

interface ValueOption extends AnyOption {
  /** As in `<file>`; in `[script]` the value may be left out, and is then `preset`. */
  value: `<${string}>` | `[${string}]`;
  type: ValueType<unknown>;
  preset?: string;
  /** A repeated option adds to a list, or to a text with commas. */
  repeat?: 'list' | 'commas';
  default?: unknown;
  /** The default in words, when the parser has none. */
  otherwise?: string;
  /** A value as typed. */
  example: string;
  mayBeEmpty?: true;
  /** Never printed in a command line. */
  secret?: true;
  /** Replaces the value in a command line that others may see. */
  shared?: (value: string) => string;
}

/** One option of a command. Its key in the table is its flag in camel case. */
export type OptionSpec = SwitchOption | ValueOption;
export type OptionTable = Readonly<Record<string, OptionSpec>>;

type ValueOf<O> = O extends { type: ValueType<infer V> }
  ? O extends { repeat: 'list' }
    ? V[]
    : V
  : O extends { negated: true }
    ? boolean
    : true;
type Always = { default: unknown } | { required: true } | { negated: true };

/** The flags that the parser returns for a table. */
export type FlagsOf<T extends OptionTable> = {
  [K in keyof T as T[K] extends Always ? K : never]: ValueOf<T[K]>;
} & {
  [K in keyof T as T[K] extends Always ? never : K]?: ValueOf<T[K]>;
};
