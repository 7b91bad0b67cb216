import { parse as parseToml, TomlError } from 'smol-toml';
import * as z from 'zod/mini';
import { readErrorText, readStoredFile } from '../host/regular-file.js';
import { UsageError } from '../model/errors.js';

/** Larger than any file that a person writes for a task. */
export const MAX_TASK_FILE_BYTES = 256 * 1024 * 1024;

/**
 * Reads a file of a task directory. Somebody else may have written it, so only a regular file is read.
 *
 * @throws UsageError `usage.bad_task` when it cannot be read
 */
export async function readTaskFile(file: string): Promise<Buffer> {
  try {
    return await readStoredFile(file, { maxBytes: MAX_TASK_FILE_BYTES });
  } catch (cause) {
    throw new UsageError(`${file} cannot be read: ${readErrorText(cause)}.`, {
      code: 'usage.bad_task',
      fix: 'Replace it with a regular file that you may read.',
      cause,
    });
  }
}

/** `readTaskFile` as text. */
export async function readTaskText(file: string): Promise<string> {
  return (await readTaskFile(file)).toString('utf8');
}

/**
 * Parses TOML.
 *
 * @throws UsageError `usage.bad_task` with the file, line and column
 */
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

/** A time limit in seconds. Node's timers cannot run much longer. */
export const timeLimit = z.number().check(z.positive(), z.maximum(1_000_000));

/** The error for a key of a file that does not match its schema. */
export function badKey(file: string, issues: readonly z.core.$ZodIssue[]): UsageError {
  return new UsageError(`${file}: ${describeIssues(issues)}.`, {
    code: 'usage.bad_task',
    fix: 'Correct that key and run again.',
  });
}

/** Describes the first issue. zod/mini has no messages of its own. */
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
      return `${key} has an unexpected value`;
  }
}
