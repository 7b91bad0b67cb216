import { UsageError } from '../../model/errors.js';
import type { OptionTable } from './option.js';
import { flagOf, givenTo } from './words.js';

/** @throws UsageError for an empty value, which often is an unset variable of a script */
export function refuseEmpty(table: OptionTable, flags: object): void {
  for (const [name, spec] of Object.entries(table)) {
    if (spec.type === undefined || spec.mayBeEmpty) continue;
    if ([givenTo(flags, name)].flat().includes('')) throw emptyValue(flagOf(name, spec));
  }
}

/** The error for an empty option or argument. */
export function emptyValue(what: string): UsageError {
  return new UsageError(`${what} is empty.`, {
    code: 'usage.empty_value',
    fix: 'Give it a value, or leave it out. In a script, check that its variable is set.',
  });
}

/** @throws UsageError for the first conflict, or the first missing option that another one needs */
export function refuseConflicts(table: OptionTable, flags: object, env: NodeJS.ProcessEnv): void {
  const isGiven = (name: string) => givenTo(flags, name) !== undefined;
  const isAvailable = (name: string) => isGiven(name) || Boolean(env[table[name]?.env ?? '']);
  for (const [name, { excludes = [], needs = [] }] of Object.entries(table)) {
    if (!isGiven(name)) continue;
    for (const { options, code, message, fix } of excludes) {
      const other = options.find(isGiven);
      if (other === undefined) continue;
      const fill = fillFlags(flagOf(name), flagOf(other));
      throw new UsageError(fill(message), { code, fix: fill(fix) });
    }
    for (const { options, code, message, fix } of needs) {
      if (options.some(isAvailable)) continue;
      const fill = fillFlags(flagOf(name), options.map((option) => flagOf(option)).join(' or '));
      throw new UsageError(fill(message), { code, fix: fill(fix) });
    }
  }
}

const fillFlags = (self: string, other: string) => (sentence: string) =>
  sentence.replaceAll('{this}', self).replaceAll('{other}', other);
