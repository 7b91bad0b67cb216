import { round } from '../host/clock.js';
import type { Phase as PhaseName } from '../model/record.js';
import type { Handles } from './handles.js';
import type { Run } from './run.js';
import type { UntimedEvent } from './trace.js';

/** Handles among which those that a phase needs are not null. */
export type HandlesWith<Needs extends keyof Handles> = Handles & {
  [Key in Needs]: NonNullable<Handles[Key]>;
};

/** How a phase ended. `events` are emitted after the event of its end; all others while it works. */
export interface PhaseEnd {
  handles?: Partial<Handles>;
  events?: readonly UntimedEvent[];
  /** False: the run cannot go on. @default true */
  ok?: boolean;
}

/** One step of a run. It reads the run and its state, and emits its findings as events. */
export interface Phase<Needs extends keyof Handles = keyof Handles> {
  /** Its name in the events; null: no events mark its start and end. */
  name: PhaseName | null;
  /** The phase is skipped when one of these is null. */
  needs: readonly Needs[];
  limitMs(run: Run): number | null;
  /** @throws the error that ends the run */
  work(run: Run, handles: HandlesWith<Needs>): Promise<PhaseEnd>;
}

/**
 * Runs `phase` and returns the handles after it. A phase whose needs are missing is skipped and changes nothing.
 *
 * @throws the error of the phase
 */
export async function runPhase(run: Run, phase: Phase, handles: Handles): Promise<Handles> {
  if (!hasAll(handles, phase.needs)) return handles;
  const end = await timed(run, phase, () => phase.work(run, handles));
  for (const event of end.events ?? []) run.trace.emit(event);
  return { ...handles, ...end.handles };
}

async function timed(run: Run, phase: Phase, work: () => Promise<PhaseEnd>): Promise<PhaseEnd> {
  const { trace } = run;
  const { name } = phase;
  if (name === null) return work();
  const startMs = trace.clock.now();
  trace.emit({ type: 'phase_started', phase: name, limit_ms: phase.limitMs(run) });
  let ok = false;
  try {
    const end = await work();
    ok = end.ok ?? true;
    return end;
  } finally {
    trace.emit({ type: 'phase_ended', phase: name, ok, elapsed_ms: round(trace.clock.now() - startMs) });
  }
}

function hasAll(handles: Handles, needs: readonly (keyof Handles)[]): handles is HandlesWith<keyof Handles> {
  return needs.every((key) => handles[key] !== null);
}
