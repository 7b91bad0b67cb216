import { round } from '../host/clock.js';
import type { Phase as PhaseName } from '../model/record.js';
import type { Handles } from './handles.js';
import type { Run } from './run.js';
import type { UntimedEvent } from './trace.js';

/** The handles with those that a phase cannot do without. */
export type HandlesWith<Needs extends keyof Handles> = Handles & {
  [Key in Needs]: NonNullable<Handles[Key]>;
};

/** How a phase ended. What it found goes out as events while it works; these are the ones that follow its end. */
export interface PhaseEnd {
  handles?: Partial<Handles>;
  events?: readonly UntimedEvent[];
  /** False: it found what makes the run impossible. @default true */
  ok?: boolean;
}

/** One step of a run. It reads the run, its state included, and tells what it finds as events. */
export interface Phase<Needs extends keyof Handles = keyof Handles> {
  /** Its name in the events; null: it has no events of its own beginning and end. */
  name: PhaseName | null;
  /** Without one of these the phase is left out, and so is every phase that builds on it. */
  needs: readonly Needs[];
  limitMs(run: Run): number | null;
  /** @throws whatever ends the run */
  work(run: Run, handles: HandlesWith<Needs>): Promise<PhaseEnd>;
}

/** The handles after `phase`; the same when it is left out. Its beginning and end are events. */
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
