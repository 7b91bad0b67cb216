import { parse as parseToml, TomlError } from 'smol-toml';
import * as z from 'zod/mini';
import { readErrorText, readStoredFile } from '../host/regular-file.js';
import { UsageError } from '../model/errors.js';

/** More than any file that a person reads or writes for a task. */
export const MAX_TASK_FILE_BYTES = 256 * 1024 * 1024;

/** A file of a task directory: anybody's, so a plain file or nothing. Errors: UsageError `usage.bad_task`. */
export async function readTaskFile(file: string): Promise<Buffer> {
  try {
    return await readStoredFile(file, { maxBytes: MAX_TASK_FILE_BYTES });
  } catch (cause) {
    throw new UsageError(`${file} cannot be read: ${readErrorText(cause)}.`, {
      code: 'usage.bad_task',
      fix: 'Replace it by a plain file that you may read.',
      cause,
    });
  }
}

/** The same as text. */
export async function readTaskText(file: string): Promise<string> {
  return (await readTaskFile(file)).toString('utf8');
}

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
