import type { OptionSpec, OptionTable } from './option.js';

/** The flag as it is typed: `--key-file`, and `--no-color` of what is on by itself. */
export function flagOf(name: string, spec?: OptionSpec): string {
  const dashed = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return spec?.type === undefined && spec?.negated ? `--no-${dashed}` : `--${dashed}`;
}

/** What a flag was given; undefined when it was not. */
export function givenTo(flags: object, name: string): unknown {
  return (flags as Readonly<Record<string, unknown>>)[name];
}

/** The words of a command line that these flags come of, in the order of the table; none for what holds without them. */
export function optionWords(
  table: OptionTable,
  flags: object,
  says: (spec: OptionSpec) => 'whole' | 'shared' | null = () => 'whole',
): string[] {
  return Object.entries(table).flatMap(([name, spec]) => {
    const value = givenTo(flags, name);
    const how = says(spec);
    if (value === undefined || how === null || isSecret(spec)) return [];
    const flag = flagOf(name, spec);
    if (spec.type === undefined) return value === !spec.negated ? [flag] : [];
    if (value === spec.default) return [];
    const values = spec.repeat === 'list' ? (value as unknown[]) : [value];
    return values.flatMap((each) => {
      const typed = spec.type.write(each);
      const shown = how === 'shared' && spec.shared ? spec.shared(typed) : typed;
      // Joined where the parser or the reader would take the value for a flag of its own.
      const isJoined = spec.value.startsWith('[') || shown === '' || shown.startsWith('-');
      return isJoined ? [`${flag}=${shown}`] : [flag, shown];
    });
  });
}

const isSecret = (spec: OptionSpec) => spec.type !== undefined && spec.secret === true;

/** The parts between the commas, of which those within the braces of a glob are none. */
export function splitList(text: string): string[] {
  const parts = text.match(/(?:\{[^}]*\}|[^,])+/g) ?? [text];
  return [...new Set(parts.map((part) => part.trim()).filter(Boolean))];
}
