import { join } from 'node:path';
import * as z from 'zod/mini';
import { readErrorText, readStoredFile } from '../host/regular-file.js';
import { UsageError } from '../model/errors.js';
import { type RunRecord, recordSchema, SCHEMA_VERSION } from '../model/record.js';

/** Far more than a run writes. */
const MAX_RECORD_BYTES = 256 * 1024 * 1024;
const MAX_PATCH_BYTES = 64 * 1024 * 1024;
const RUN_AGAIN = 'Run the check again, or give the directory of another run.';

/**
 * Reads the record of the run in `dir`.
 *
 * @throws UsageError `usage.incomplete_run` when there is none; `usage.newer_record` when another version of this program
 * wrote it; `usage.broken_record` when it is not a record
 */
export async function readRecord(dir: string): Promise<RunRecord> {
  const file = join(dir, 'record.json');
  const json = parseJson(await readText(file), file);
  const result = recordSchema.safeParse(json);
  if (result.success) return result.data;
  const version = versionSchema.safeParse(json);
  if (version.success && version.data.schema_version !== SCHEMA_VERSION) {
    const { schema_version, cli_version } = version.data;
    throw new UsageError(
      `${file} has schema version ${schema_version} (codingagentbench ${cli_version}); this program reads ${SCHEMA_VERSION}.`,
      { code: 'usage.newer_record', fix: `Use codingagentbench ${cli_version}, or the newest one.` },
    );
  }
  const [issue] = result.error.issues;
  throw new UsageError(
    `${file} is not a valid record: ${issue?.path.join('.') || 'top level'}: ${issue?.message ?? 'unknown error'}.`,
    { code: 'usage.broken_record', fix: RUN_AGAIN },
  );
}

/** The agent's changes as a unified diff, empty without changes; null when the run has no `patch.diff`. */
export async function readPatch(dir: string): Promise<string | null> {
  return readStoredFile(join(dir, 'patch.diff'), { maxBytes: MAX_PATCH_BYTES }).then(
    (content) => content.toString('utf8'),
    () => null,
  );
}

const versionSchema = z.object({ schema_version: z.string(), cli_version: z.string() });

async function readText(file: string): Promise<string> {
  try {
    return (await readStoredFile(file, { maxBytes: MAX_RECORD_BYTES })).toString('utf8');
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (!isMissing) {
      throw new UsageError(`${file} cannot be read: ${readErrorText(cause)}.`, {
        code: 'usage.broken_record',
        fix: 'Give the directory of a run that this program wrote and that you can read.',
        cause,
      });
    }
    throw new UsageError(`There is no ${file}: the run was interrupted or is still running.`, {
      code: 'usage.incomplete_run',
      fix: '`codingagentbench replay` shows its events so far.',
      cause,
    });
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`${file} is not JSON.`, { code: 'usage.broken_record', fix: RUN_AGAIN, cause });
  }
}
