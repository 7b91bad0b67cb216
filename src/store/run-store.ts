import { closeSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent } from '../cell/events.js';
import type { RunRecord } from '../cell/record.js';

export interface RunStore {
  dir: string;
  /** Writes the event before it returns: a crash after it loses nothing. */
  append(event: RunEvent): void;
  /** Writes `record.json`, whole or not at all. */
  finish(record: RunRecord): void;
}

/** agent.log keeps this much; the events hold the agent's output under the engine's own cap. */
const MAX_LOG_BYTES = 8 * 1024 * 1024;

/** Opens a run's directory: `events.jsonl` and `agent.log` grow as it goes, `patch.diff` and `record.json` end it. */
export function openRunStore(dir: string): RunStore {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const events = openSync(join(dir, 'events.jsonl'), 'w', 0o600);
  const log = openSync(join(dir, 'agent.log'), 'w', 0o600);
  let logBytes = 0;
  return {
    dir,
    append(event) {
      writeSync(events, `${JSON.stringify(event)}\n`);
      if (event.type === 'agent_output' && logBytes < MAX_LOG_BYTES) logBytes += writeSync(log, event.text);
      if (event.type === 'diff') writeFileSync(join(dir, 'patch.diff'), event.patch, { mode: 0o600 });
    },
    finish(record) {
      const partial = join(dir, '.record.json.partial');
      writeFileSync(partial, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
      renameSync(partial, join(dir, 'record.json'));
      closeSync(events);
      closeSync(log);
    },
  };
}
