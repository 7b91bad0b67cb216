import { closeSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent } from '../cell/events.js';
import type { RunRecord } from '../cell/record.js';

export interface RunStore {
  /** Writes the event before it returns: a crash after it loses nothing. */
  append(event: RunEvent): void;
  /** Writes `record.json`, whole or not at all. */
  finish(record: RunRecord): void;
  /** What can be looked at; the patch only when something was changed. */
  kept(): { record: string; patch: string | null };
}

/** agent.log keeps this much; the events hold the agent's output under the engine's own cap. */
const MAX_LOG_BYTES = 8 * 1024 * 1024;

/** Opens a run's directory: `events.jsonl` and `agent.log` grow as it goes, `patch.diff` and `record.json` end it. */
export function openRunStore(dir: string): RunStore {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const events = openSync(join(dir, 'events.jsonl'), 'w', 0o600);
  const log = openSync(join(dir, 'agent.log'), 'w', 0o600);
  const recordFile = join(dir, 'record.json');
  const patchFile = join(dir, 'patch.diff');
  let logBytes = 0;
  let patched = false;
  return {
    append(event) {
      writeSync(events, `${JSON.stringify(event)}\n`);
      if (event.type === 'agent_output' && logBytes < MAX_LOG_BYTES) logBytes += writeSync(log, event.text);
      if (event.type === 'diff') {
        writeFileSync(patchFile, event.patch, { mode: 0o600 });
        patched = event.patch !== '';
      }
    },
    finish(record) {
      const partial = join(dir, '.record.json.partial');
      writeFileSync(partial, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
      renameSync(partial, recordFile);
      closeSync(events);
      closeSync(log);
    },
    kept: () => ({ record: recordFile, patch: patched ? patchFile : null }),
  };
}
