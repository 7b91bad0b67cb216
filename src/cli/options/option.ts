/** How a value is typed, both ways. Written as methods, so that types of different values fit in one table. */
export interface ValueType<V> {
  /** Reads what was typed. Errors: InvalidArgumentError, which the parser tells. */
  read(text: string): V;
  /** The text that `read` makes the same value of. */
  write(value: V): string;
  /** All that it may be, where that is a list. */
  choices?: readonly string[];
}

/** Headings of `--help --all` and README. Those `ofCell` say what is run; the others, what becomes of the result. */
export const GROUPS = {
  agent: { title: 'Agent', ofCell: true },
  model: { title: 'Model', ofCell: true },
  task: { title: 'Task', ofCell: true },
  limits: { title: 'Limits', ofCell: true },
  sweep: { title: 'Several cells', ofCell: false },
  output: { title: 'Output', ofCell: false },
} as const;
type GroupId = keyof typeof GROUPS;

/** What is said of options that do not go together. */
interface Refusal {
  /** Names in the same table. */
  options: readonly string[];
  code: string;
  /** `{this}` and `{other}` stand for the two options as they are typed. */
  message: string;
  fix: string;
}

interface AnyOption {
  group: GroupId;
  /** One line: what it does. */
  help: string;
  /** What more there is to say, where there is room. */
  more?: string;
  /** A variable that is read when the option was not given. */
  env?: string;
  /** One letter, as in `-o`. */
  letter?: string;
  /** What the wizard asks when the option was not given; without it the wizard does not ask. */
  question?: string;
  /** In the short help of a long table. */
  common?: true;
  required?: true;
  excludes?: readonly Refusal[];
  /** Given together with none of `options`, nor the variable of one, it is refused. */
  needs?: readonly Refusal[];
}

interface SwitchOption extends AnyOption {
  type?: never;
  /** On unless `--no-NAME` is given. */
  negated?: true;
}

interface ValueOption extends AnyOption {
  /** As in `<file>`; `[script]` where the value may be left out, and is `preset` then. */
  value: `<${string}>` | `[${string}]`;
  type: ValueType<unknown>;
  preset?: string;
  /** Given again, it adds to a list, or to a text with commas between. */
  repeat?: 'list' | 'commas';
  default?: unknown;
  /** What holds without it, in words, where that is no default of the parser. */
  otherwise?: string;
  /** A value as somebody would type it. */
  example: string;
  mayBeEmpty?: true;
  /** Never said again: in no command line that is printed. */
  secret?: true;
  /** What stands for a value in a command line that others may see. */
  shared?: (value: string) => string;
}

/** One option of a command; its key in the table is the name of its flag. */
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

/** What the parser makes of a command line with these options. */
export type FlagsOf<T extends OptionTable> = {
  [K in keyof T as T[K] extends Always ? K : never]: ValueOf<T[K]>;
} & {
  [K in keyof T as T[K] extends Always ? never : K]?: ValueOf<T[K]>;
};
