import { UsageError } from '../../model/errors.js';
import type { OptionTable } from './option.js';
import { flagOf, givenTo } from './words.js';

/** Errors: UsageError for a value of nothing: a variable that a script has not set. What it stood for is not guessed. */
export function refuseEmpty(table: OptionTable, flags: object): void {
  for (const [name, spec] of Object.entries(table)) {
    if (spec.type === undefined || spec.mayBeEmpty) continue;
    if ([givenTo(flags, name)].flat().includes('')) throw emptyValue(flagOf(name, spec));
  }
}

export function emptyValue(what: string): UsageError {
  return new UsageError(`${what} is empty.`, {
    code: 'usage.empty_value',
    fix: 'Give it a value, or leave it out. In a script, look whether its variable is set.',
  });
}

/** Errors: UsageError for the first options that do not go together. */
export function refuseConflicts(table: OptionTable, flags: object, env: NodeJS.ProcessEnv): void {
  const isGiven = (name: string) => givenTo(flags, name) !== undefined;
  const isThere = (name: string) => isGiven(name) || Boolean(env[table[name]?.env ?? '']);
  for (const [name, { excludes = [], needs = [] }] of Object.entries(table)) {
    if (!isGiven(name)) continue;
    for (const { options, code, message, fix } of excludes) {
      const other = options.find(isGiven);
      if (other === undefined) continue;
      const said = naming(flagOf(name), flagOf(other));
      throw new UsageError(said(message), { code, fix: said(fix) });
    }
    for (const { options, code, message, fix } of needs) {
      if (options.some(isThere)) continue;
      const said = naming(flagOf(name), options.map((option) => flagOf(option)).join(' or '));
      throw new UsageError(said(message), { code, fix: said(fix) });
    }
  }
}

const naming = (self: string, other: string) => (sentence: string) =>
  sentence.replaceAll('{this}', self).replaceAll('{other}', other);
