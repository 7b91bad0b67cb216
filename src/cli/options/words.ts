import type { OptionSpec, OptionTable } from './option.js';

/** The flag as typed, such as `--key-file`; of a negated option with its spec, `--no-color`. */
export function flagOf(name: string, spec?: OptionSpec): string {
  const dashed = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return spec?.type === undefined && spec?.negated ? `--no-${dashed}` : `--${dashed}`;
}

/** The value of a flag; undefined when it was not given. */
export function givenTo(flags: object, name: string): unknown {
  return (flags as Readonly<Record<string, unknown>>)[name];
}

/**
 * Returns the words of a command line that gives these flags, in the order of the table. Defaults and secrets are left out.
 *
 * @param modeOf `whole`: the value itself; `shared`: what others may see of it; null: leave the option out
 */
export function optionWords(
  table: OptionTable,
  flags: object,
  modeOf: (spec: OptionSpec) => 'whole' | 'shared' | null = () => 'whole',
): string[] {
  return Object.entries(table).flatMap(([name, spec]) => {
    const value = givenTo(flags, name);
    const mode = modeOf(spec);
    if (value === undefined || mode === null || isSecret(spec)) return [];
    const flag = flagOf(name, spec);
    if (spec.type === undefined) return value === !spec.negated ? [flag] : [];
    if (value === spec.default) return [];
    const values = spec.repeat === 'list' ? (value as unknown[]) : [value];
    return values.flatMap((each) => {
      const typed = spec.type.write(each);
      const shown = mode === 'shared' && spec.shared ? spec.shared(typed) : typed;
      // With `=` where the value could be read as another flag.
      const isJoined = spec.value.startsWith('[') || shown === '' || shown.startsWith('-');
      return isJoined ? [`${flag}=${shown}`] : [flag, shown];
    });
  });
}

const isSecret = (spec: OptionSpec) => spec.type !== undefined && spec.secret === true;

/** Splits at commas, but not inside the braces of a glob. Duplicates are removed. */
export function splitList(text: string): string[] {
  const parts = text.match(/(?:\{[^}]*\}|[^,])+/g) ?? [text];
  return [...new Set(parts.map((part) => part.trim()).filter(Boolean))];
}
