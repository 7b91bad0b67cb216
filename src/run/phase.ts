import { round } from '../host/clock.js';
import type { Phase as PhaseName } from '../model/record.js';
import type { Run } from './run.js';
import type { RunState } from './state.js';
import type { UntimedEvent } from './trace.js';

/** The state with what a phase cannot do without. */
export type StateWith<Needs extends keyof RunState> = RunState & {
  [Key in Needs]: NonNullable<RunState[Key]>;
};

/** What a phase adds to the state, and the events that are told when it is over. */
export type Added = Partial<RunState> & { events?: readonly UntimedEvent[] };

/** One step of a run. It gets the run and what is known so far, and returns what it adds. */
export interface Phase<Needs extends keyof RunState = keyof RunState> {
  /** Its name in the events; null: they tell of its work alone. */
  name: PhaseName | null;
  /** Where one of these is not known, the phase is left out, and so is every phase that builds on it. */
  needs: readonly Needs[];
  limitMs(run: Run): number | null;
  /** Errors: whatever ends the run. */
  work(run: Run, state: StateWith<Needs>): Promise<Added>;
}

/** The state after `phase`, its beginning and end told and its time kept; the same where it is left out. */
export async function runPhase(run: Run, phase: Phase, state: RunState): Promise<RunState> {
  if (!hasAll(state, phase.needs)) return state;
  const { events = [], ...added } = await timed(run, phase, () => phase.work(run, state));
  for (const event of events) run.trace.emit(event);
  return { ...state, ...added };
}

async function timed(run: Run, phase: Phase, work: () => Promise<Added>): Promise<Added> {
  const { trace } = run;
  const { name } = phase;
  if (name === null) return work();
  const startMs = trace.clock.now();
  trace.emit({ type: 'phase_started', phase: name, limit_ms: phase.limitMs(run) });
  let ok = false;
  try {
    const added = await work();
    ok = !added.blocked;
    return added;
  } finally {
    const elapsedMs = round(trace.clock.now() - startMs);
    run.elapsedMs[name] = elapsedMs;
    trace.emit({ type: 'phase_ended', phase: name, ok, elapsed_ms: elapsedMs });
  }
}

function hasAll(state: RunState, needs: readonly (keyof RunState)[]): state is StateWith<keyof RunState> {
  return needs.every((key) => state[key] !== null);
}
