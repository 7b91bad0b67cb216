import type { OptionSpec, OptionTable } from './option.js';
import { flagOf } from './words.js';

/** As in `-o, --out <file>`. */
export function termOf(name: string, spec: OptionSpec): string {
  const letter = spec.letter === undefined ? '' : `-${spec.letter}, `;
  return `${letter}${flagOf(name, spec)}${spec.type === undefined ? '' : ` ${spec.value}`}`;
}

/** The help text of an option, with its default. `whole`: with all details. */
export function helpOf(spec: OptionSpec, { whole }: { whole: boolean }): string {
  const { help, more, env } = spec;
  const takesValue = spec.type !== undefined;
  const otherwise = takesValue ? (spec.otherwise ?? defaultText(spec)) : null;
  const choices = takesValue ? spec.type.choices : undefined;
  const notes = [
    ...(whole && choices ? [choices.join(', ')] : []),
    ...(env === undefined ? [] : [`or ${env}`]),
    ...(otherwise === null ? [] : [`default: ${otherwise}`]),
    ...(whole && takesValue && spec.repeat ? ['repeatable'] : []),
  ];
  const sentence = whole && more !== undefined ? `${help}; ${more}` : help;
  return notes.length === 0 ? sentence : `${sentence} (${notes.join('; ')})`;
}

/** The option with its example, as words. */
export function exampleOf(name: string, spec: OptionSpec): string[] {
  const flag = flagOf(name, spec);
  if (spec.type === undefined) return [flag];
  return spec.value.startsWith('[') ? [`${flag}=${spec.example}`] : [flag, spec.example];
}

/** With usage, description and examples, this many options fit on a screen of 24 lines. */
const MAX_ON_SCREEN = 10;

/** Whether the table needs a short help and `--help --all`. */
export function isLong(table: OptionTable): boolean {
  return Object.keys(table).length > MAX_ON_SCREEN;
}

function defaultText(spec: Extract<OptionSpec, { value: string }>): string | null {
  return spec.default === undefined ? null : spec.type.write(spec.default);
}
