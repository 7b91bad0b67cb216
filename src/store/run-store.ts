import { accessSync, closeSync, constants, openSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirSync } from '../host/make-dir.js';
import { systemErrorText } from '../host/system-error.js';
import { HarnessError, UsageError } from '../model/errors.js';
import type { RunEvent } from '../model/events.js';
import type { RunRecord } from '../model/record.js';
import { claimRun, releaseRun } from './run-owner.js';

/** What the store cannot do is told once, to `onFault`; it writes nothing after that. */
export interface RunStore {
  /** Writes the event before it returns: a crash after it loses nothing. */
  append(event: RunEvent): void;
  /** Writes `record.json`, whole or not at all. */
  finish(record: RunRecord): void;
  /** What can be looked at; the patch only when something was changed. */
  kept(): { record: string; patch: string | null };
  /** This command is done with the run, which others may remove from now on. */
  release(): void;
}

/**
 * Opens a run's directory: `events.jsonl` and `agent.log` grow as it goes, `patch.diff` and `record.json` end it.
 *
 * @param onFault gets the HarnessError `harness.store`, of a full disk mostly
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
          fix: 'Make room there, or give --out another directory, and run again.',
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
        // On disk before it has its name: after a power cut too it is whole or not there.
        writeFileSync(partial, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600, flush: true });
        renameSync(partial, recordFile);
        closeSync(events);
        closeSync(log);
      }),
    kept: () => ({ record: recordFile, patch: patched ? patchFile : null }),
    release: () => releaseRun(dir),
  };
}

/** Into no fifo that nobody reads: this program would wait there for ever. */
const WRITE_HERE = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NONBLOCK;

function openFiles(dir: string): { events: number; log: number } {
  makeRunDir(dir);
  try {
    claimRun(dir);
    return {
      events: openSync(join(dir, 'events.jsonl'), WRITE_HERE, 0o600),
      log: openSync(join(dir, 'agent.log'), WRITE_HERE, 0o600),
    };
  } catch (cause) {
    throw badOutDir(dir, cause);
  }
}

/** Makes a directory of runs, or of one. Errors: UsageError `usage.bad_out_dir`. */
function makeRunDir(dir: string): void {
  try {
    makeDirSync(dir, 0o700);
    accessSync(dir, constants.W_OK);
  } catch (cause) {
    throw badOutDir(dir, cause);
  }
}

function badOutDir(dir: string, cause: unknown): UsageError {
  return new UsageError(`No run can be saved in ${dir}: ${systemErrorText(cause)}.`, {
    code: 'usage.bad_out_dir',
    fix: 'Give --out a directory that can be written to.',
    cause,
  });
}
