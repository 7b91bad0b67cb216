import type { Host } from '../host/host.js';
import type { RunEvent } from '../model/events.js';
import { foldRecord } from '../model/fold-record.js';
import type { RunRecord } from '../model/record.js';
import type { CellPlan } from './plan.js';
import type { CellIo } from './run.js';
import { type CellEnd, runCell } from './run-cell.js';

/** Runs one cell and folds its events into the record. Nothing is emitted after it has returned. Errors: those of `runCell`. */
export async function recordCell(
  plan: CellPlan,
  host: Host,
  io: CellIo,
): Promise<CellEnd & { record: RunRecord }> {
  const events: RunEvent[] = [];
  let over = false;
  const emit = (event: RunEvent) => {
    // What was dropped by a quit may still have something to say.
    if (over) return;
    // The record needs none of the agent's raw output, which may be long.
    if (event.type !== 'agent_output') events.push(event);
    io.emit(event);
  };
  const end = await runCell(plan, host, { ...io, emit });
  over = true;
  return { ...end, record: foldRecord(events) };
}
