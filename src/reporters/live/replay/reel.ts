import type { RunEvent } from '../../../model/events.js';
import type { Span } from '../../../model/record.js';
import { initialView, reduceView, type ViewEvent, type ViewState } from '../view-state.js';

/** Where the events of a run can be read again. */
export interface Tape {
  count: number;
  read(index: number): RunEvent;
}

/** A run that can be shown as it was at any moment, forwards and backwards, without any event being held. */
export interface Reel {
  /** Milliseconds on the run's clock. */
  endMs: number;
  /** Those of the run by their start. */
  spans: readonly SpanTimes[];
  /** The span at a place among them; null where there is none. */
  span(place: number): Span | null;
  /** How many events had happened by then. */
  countAt(tMs: number): number;
  /** What the strip showed after so many events. */
  viewAt(count: number): ViewState;
  /** The last events before the `count`-th that leave lines behind (or are raw output), the latest first. */
  backFrom(count: number, kind: TrackKind): Iterable<RunEvent>;
}

/** When a span was, in milliseconds. */
export type SpanTimes = Pick<Span, 'start_ms' | 'duration_ms'>;

/** The steps as every face tells them, or what the agent itself wrote. */
export type TrackKind = 'steps' | 'output';

/** A view is kept every so many events; what lies between is reduced anew. */
const STRIDE = 256;

const LEAVES_LINES = new Set<RunEvent['type']>([
  'step',
  'warning',
  'check',
  'acquire_progress',
  'diff',
  'tests',
  'agent_stopped',
]);

/** Takes the events of a run one by one as they are first read; `reel` makes it of them and their tape. */
export function recordReel(): { see(event: ViewEvent): void; reel(tape: Tape): Reel } {
  const times: number[] = [];
  const views: ViewState[] = [];
  const tracks: Record<TrackKind, number[]> = { steps: [], output: [] };
  const spans: Array<SpanTimes & { index: number }> = [];
  let view = initialView;
  let lastMs = 0;
  return {
    see(event) {
      const index = times.length;
      if (index % STRIDE === 0) views.push(view);
      // A clock that ran backwards would hide what came after it.
      lastMs = Math.max(lastMs, event.t_ms);
      times.push(lastMs);
      view = reduceView(view, event);
      if (LEAVES_LINES.has(event.type)) tracks.steps.push(index);
      if (event.type === 'agent_output') tracks.output.push(index);
      if (event.type === 'span') {
        const { start_ms, duration_ms } = event.span;
        spans.push({ start_ms, duration_ms, index });
      }
    },
    reel(tape) {
      let near = { count: 0, view: initialView };
      return {
        endMs: lastMs,
        spans: spans.sort((a, b) => a.start_ms - b.start_ms),
        span(place) {
          const index = spans[place]?.index;
          const event = index === undefined ? null : tape.read(index);
          return event?.type === 'span' ? event.span : null;
        },
        countAt: (tMs) => countUpTo(times, tMs),
        viewAt(count) {
          const kept = Math.min(views.length - 1, Math.floor(count / STRIDE));
          const from = kept * STRIDE;
          if (near.count > count || near.count < from)
            near = { count: from, view: views[kept] ?? initialView };
          while (near.count < count)
            near = { count: near.count + 1, view: reduceView(near.view, tape.read(near.count)) };
          return near.view;
        },
        *backFrom(count, kind) {
          const track = tracks[kind];
          for (let place = countUpTo(track, count - 1) - 1; place >= 0; place -= 1)
            yield tape.read(track[place] ?? 0);
        },
      };
    },
  };
}

/** How many of the ascending numbers are at most `limit`. */
function countUpTo(ascending: readonly number[], limit: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
