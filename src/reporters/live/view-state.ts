import type { FileChange, RunEvent, RunEventOf } from '../../model/events.js';
import { type Phase, phaseSchema } from '../../model/record.js';
import { callEnded, callFirstToken, callStarted, emptyMeter, type MeterView } from './meter-view.js';

export interface PhaseView {
  phase: Phase;
  status: 'pending' | 'running' | 'done' | 'failed';
  /** On the run's clock; null before the phase starts. */
  startedAtMs: number | null;
  /** Null until the phase ends. */
  elapsedMs: number | null;
  limitMs: number | null;
}

/** The state behind the live part of a reporter. Permanent lines are made by `scrollback.ts`. */
export interface ViewState {
  title: RunEventOf<'run_started'> | null;
  tuiVersion: string | null;
  /** Started phases in their order, then the pending ones. */
  phases: readonly PhaseView[];
  meter: MeterView;
  files: readonly FileChange[];
  /** Number of changed files that the event did not list. */
  filesBeyond: number;
  sandbox: RunEventOf<'agent_started'>['sandbox'] | null;
  acquisition: RunEventOf<'acquire_progress'> | null;
  /** Time of the agent's last output or model call event, on the run's clock; null while no agent runs. */
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

/** The parts of an event that the view needs: of a step or output, only its time. */
export type ViewEvent =
  | Exclude<RunEvent, { type: 'step' | 'agent_output' }>
  | { type: 'step' | 'agent_output'; t_ms: number };

/** Returns the view after one more event. */
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

/** Records activity, but only while the agent runs: the preflight and the tests have output too. */
function active(state: ViewState, atMs: number): ViewState {
  return state.lastActivityMs === null ? state : { ...state, lastActivityMs: atMs };
}

function startPhase(phases: readonly PhaseView[], event: RunEventOf<'phase_started'>): PhaseView[] {
  const started: PhaseView = {
    phase: event.phase,
    status: 'running',
    startedAtMs: event.t_ms,
    elapsedMs: null,
    limitMs: event.limit_ms,
  };
  const others = phases.filter(({ phase }) => phase !== event.phase);
  const isPending = ({ status }: PhaseView) => status === 'pending';
  return [...others.filter((phase) => !isPending(phase)), started, ...others.filter(isPending)];
}

function endPhase(phases: readonly PhaseView[], event: RunEventOf<'phase_ended'>): PhaseView[] {
  return phases.map((phase) =>
    phase.phase === event.phase
      ? { ...phase, status: event.ok ? 'done' : 'failed', elapsedMs: event.elapsed_ms }
      : phase,
  );
}
