import { accessSync, closeSync, constants, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirSync } from '../host/make-dir.js';
import { systemErrorText } from '../host/system-error.js';
import { HarnessError, UsageError } from '../model/errors.js';
import type { RunEvent } from '../model/events.js';
import type { RunRecord } from '../model/record.js';
import { ownerFile, ownerText } from '../sandbox/processes/owner-file.js';

/** Saves one run. It reports its first error to `onFault` and writes nothing after that. */
export interface RunStore {
  /** Writes the event synchronously, so that a later crash does not lose it. */
  append(event: RunEvent): void;
  /** Writes `record.json` atomically. */
  finish(record: RunRecord): void;
  /** Paths of the saved files; the patch only when the agent changed something. */
  savedFiles(): { record: string; patch: string | null };
  /** From now on other commands may remove the run. */
  release(): void;
}

/**
 * Opens the directory of a run, and makes it if necessary. `events.jsonl` and `agent.log` grow during the run,
 * `patch.diff` and `record.json` are written at its end.
 *
 * @param onFault gets a HarnessError `harness.store`, for example when the disk is full
 * @throws UsageError `usage.bad_out_dir`
 */
export function openRunStore(dir: string, onFault: (fault: HarnessError) => void): RunStore {
  const { events, log } = openFiles(dir);
  const recordFile = join(dir, 'record.json');
  const patchFile = join(dir, 'patch.diff');
  let patched = false;
  let broken = false;

  function guarded(write: () => void): void {
    if (broken) return;
    try {
      write();
    } catch (cause) {
      broken = true;
      onFault(
        new HarnessError(`The run cannot be saved in ${dir}: ${systemErrorText(cause)}.`, {
          code: 'harness.store',
          fix: 'Free disk space there, or give --out another directory, and run again.',
          cause,
        }),
      );
    }
  }

  return {
    append: (event) =>
      guarded(() => {
        writeFileSync(events, `${JSON.stringify(event)}\n`);
        if (event.type === 'agent_output') writeFileSync(log, event.text);
        if (event.type === 'diff') {
          writeFileSync(patchFile, event.patch, { mode: 0o600 });
          patched = event.patch !== '';
        }
      }),
    finish: (record) =>
      guarded(() => {
        const partial = join(dir, '.record.json.partial');
        // fsync before rename: the record is complete or missing, even after a power failure.
        writeFileSync(partial, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600, flush: true });
        renameSync(partial, recordFile);
        closeSync(events);
        closeSync(log);
      }),
    savedFiles: () => ({ record: recordFile, patch: patched ? patchFile : null }),
    release: () => rmSync(ownerFile(dir), { force: true }),
  };
}

/** Opening a fifo without a reader fails with `O_NONBLOCK`; otherwise it would block forever. */
const WRITE_FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NONBLOCK;

function openFiles(dir: string): { events: number; log: number } {
  makeRunDir(dir);
  try {
    writeFileSync(ownerFile(dir), ownerText(), { mode: 0o600 });
    return {
      events: openSync(join(dir, 'events.jsonl'), WRITE_FLAGS, 0o600),
      log: openSync(join(dir, 'agent.log'), WRITE_FLAGS, 0o600),
    };
  } catch (cause) {
    throw badOutDir(dir, cause);
  }
}

function makeRunDir(dir: string): void {
  try {
    makeDirSync(dir, 0o700);
    accessSync(dir, constants.W_OK);
  } catch (cause) {
    throw badOutDir(dir, cause);
  }
}

function badOutDir(dir: string, cause: unknown): UsageError {
  return new UsageError(`A run cannot be saved in ${dir}: ${systemErrorText(cause)}.`, {
    code: 'usage.bad_out_dir',
    fix: 'Give --out a directory that you can write to.',
    cause,
  });
}
