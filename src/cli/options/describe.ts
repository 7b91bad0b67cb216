import type { OptionSpec, OptionTable } from './option.js';
import { flagOf } from './words.js';

/** As in `-o, --out <file>`. */
export function termOf(name: string, spec: OptionSpec): string {
  const letter = spec.letter === undefined ? '' : `-${spec.letter}, `;
  return `${letter}${flagOf(name, spec)}${spec.type === undefined ? '' : ` ${spec.value}`}`;
}

/** What an option does, and what holds without it; `whole` with all there is to say. */
export function helpOf(spec: OptionSpec, { whole }: { whole: boolean }): string {
  const { help, more, env } = spec;
  const isOfValue = spec.type !== undefined;
  const otherwise = isOfValue ? (spec.otherwise ?? defaultText(spec)) : null;
  const choices = isOfValue ? spec.type.choices : undefined;
  const notes = [
    ...(whole && choices ? [choices.join(', ')] : []),
    ...(env === undefined ? [] : [`or ${env}`]),
    ...(otherwise === null ? [] : [`default: ${otherwise}`]),
    ...(whole && isOfValue && spec.repeat ? ['may be given again'] : []),
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

/** With usage, description and examples, so many fit a screen of 24 lines. */
const FIT_A_SCREEN = 10;

/** Whether the table has a short help beside the whole one. */
export function isLong(table: OptionTable): boolean {
  return Object.keys(table).length > FIT_A_SCREEN;
}

function defaultText(spec: Extract<OptionSpec, { value: string }>): string | null {
  return spec.default === undefined ? null : spec.type.write(spec.default);
}
