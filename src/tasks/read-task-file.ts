import { readStoredFile, whyUnread } from '../host/regular-file.js';
import { UsageError } from '../model/errors.js';

/** More than any file that a person reads or writes for a task. */
export const MAX_TASK_FILE_BYTES = 256 * 1024 * 1024;

/** A file of a task directory: anybody's, so a plain file or nothing. Errors: UsageError `usage.bad_task`. */
export async function readTaskFile(file: string): Promise<Buffer> {
  try {
    return await readStoredFile(file, { maxBytes: MAX_TASK_FILE_BYTES });
  } catch (cause) {
    throw new UsageError(`${file} cannot be read: ${whyUnread(cause)}.`, {
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
