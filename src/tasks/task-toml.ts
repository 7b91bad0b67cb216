import { parse as parseToml, TomlError } from 'smol-toml';
import * as z from 'zod/mini';
import { UsageError } from '../model/errors.js';

/** Parses TOML. Errors: UsageError naming the file, the line and the column. */
export function readToml(toml: string, file: string): unknown {
  try {
    return parseToml(toml);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new UsageError(`${file} is not valid TOML: line ${error.line}, column ${error.column}.`, {
      code: 'usage.bad_task',
      fix: 'Correct the file and run again.',
      cause: error,
    });
  }
}

/** A time limit in seconds; what is longer no timer of Node counts. */
export const timeLimit = z.number().check(z.positive(), z.maximum(1_000_000));

/** The error for a key of a file that is not what a schema wants. */
export function badKey(file: string, issues: readonly z.core.$ZodIssue[]): UsageError {
  return new UsageError(`${file}: ${describeIssues(issues)}.`, {
    code: 'usage.bad_task',
    fix: 'Correct that key and run again.',
  });
}

/** The first issue in words; zod/mini carries no messages of its own. */
function describeIssues([issue]: readonly z.core.$ZodIssue[]): string {
  if (issue === undefined) return 'invalid';
  const key = issue.path.join('.') || 'the file';
  switch (issue.code) {
    case 'invalid_type':
      return `${key} must be given, as ${issue.expected}`;
    case 'unrecognized_keys':
      return `${key} has the unknown key ${issue.keys.join(', ')}`;
    case 'invalid_value':
      return `${key} must be ${issue.values.map(String).join(' or ')}`;
    case 'too_small':
      return `${key} needs ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      return `${key} allows at most ${issue.maximum}`;
    case 'custom':
      return `${key} ${issue.message}`;
    default:
      return `${key} is not what is expected there`;
  }
}
