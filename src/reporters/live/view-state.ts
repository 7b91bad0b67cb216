import type { FileChange, RunEvent, RunEventOf } from '../../model/events.js';
import { type Phase, phaseSchema } from '../../model/record.js';
import { callEnded, callFirstToken, callStarted, emptyMeter, type MeterView } from './meter-view.js';

export interface PhaseView {
  phase: Phase;
  status: 'pending' | 'running' | 'done' | 'failed';
  /** On the run's clock; null before it began. */
  startedAtMs: number | null;
  /** Null until it ended. */
  elapsedMs: number | null;
  limitMs: number | null;
}

/** All that the live part of a face shows. What has happened for good is not here: see `scrollback`. */
export interface ViewState {
  title: RunEventOf<'run_started'> | null;
  tuiVersion: string | null;
  /** Those begun in their order, then those to come. */
  phases: readonly PhaseView[];
  meter: MeterView;
  files: readonly FileChange[];
  /** How many more there are than the run listed. */
  filesBeyond: number;
  sandbox: RunEventOf<'agent_started'>['sandbox'] | null;
  acquisition: RunEventOf<'acquire_progress'> | null;
  /** Last output of the agent or sign of a model call, on the run's clock; null while no agent runs. */
  lastActivityMs: number | null;
}

export const initialView: ViewState = {
  title: null,
  tuiVersion: null,
  phases: phaseSchema.options.map((phase) => ({
    phase,
    status: 'pending',
    startedAtMs: null,
    elapsedMs: null,
    limitMs: null,
  })),
  meter: emptyMeter,
  files: [],
  filesBeyond: 0,
  sandbox: null,
  acquisition: null,
  lastActivityMs: null,
};

/** An event as far as the view asks: that there was a step or some output is enough. */
export type ViewEvent =
  | Exclude<RunEvent, { type: 'step' | 'agent_output' }>
  | { type: 'step' | 'agent_output'; t_ms: number };

/** The view after one more event. Pure. */
export function reduceView(state: ViewState, event: ViewEvent): ViewState {
  switch (event.type) {
    case 'run_started':
      return { ...initialView, title: event };
    case 'phase_started':
      return { ...state, phases: startPhase(state.phases, event) };
    case 'phase_ended':
      return { ...state, phases: endPhase(state.phases, event) };
    case 'acquire_progress':
      return { ...state, acquisition: event.done ? null : event };
    case 'agent_started':
      return {
        ...state,
        tuiVersion: event.tui_version,
        sandbox: event.sandbox,
        lastActivityMs: event.t_ms,
      };
    case 'agent_output':
    case 'step':
      return active(state, event.t_ms);
    case 'model_call_started':
      return event.probe
        ? state
        : active({ ...state, meter: callStarted(state.meter, event.n, event.t_ms) }, event.t_ms);
    case 'model_call_first_token':
      return event.probe
        ? state
        : active({ ...state, meter: callFirstToken(state.meter, event.after_ms) }, event.t_ms);
    case 'model_call':
      return event.call.probe
        ? state
        : active({ ...state, meter: callEnded(state.meter, event.call) }, event.t_ms);
    case 'files':
      return { ...state, files: event.changes, filesBeyond: event.more ?? 0 };
    case 'agent_stopped':
      return { ...state, lastActivityMs: null, meter: { ...state.meter, inFlight: new Map() } };
    default:
      return state;
  }
}

/** Output of a preflight's probe or of the tests is no activity of the agent. */
function active(state: ViewState, atMs: number): ViewState {
  return state.lastActivityMs === null ? state : { ...state, lastActivityMs: atMs };
}

function startPhase(phases: readonly PhaseView[], event: RunEventOf<'phase_started'>): PhaseView[] {
  const begun: PhaseView = {
    phase: event.phase,
    status: 'running',
    startedAtMs: event.t_ms,
    elapsedMs: null,
    limitMs: event.limit_ms,
  };
  const others = phases.filter(({ phase }) => phase !== event.phase);
  const isPending = ({ status }: PhaseView) => status === 'pending';
  return [...others.filter((phase) => !isPending(phase)), begun, ...others.filter(isPending)];
}

function endPhase(phases: readonly PhaseView[], event: RunEventOf<'phase_ended'>): PhaseView[] {
  return phases.map((phase) =>
    phase.phase === event.phase
      ? { ...phase, status: event.ok ? 'done' : 'failed', elapsedMs: event.elapsed_ms }
      : phase,
  );
}
