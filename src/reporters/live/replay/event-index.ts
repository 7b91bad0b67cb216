import type { RunEvent } from '../../../model/events.js';
import type { Span } from '../../../model/record.js';
import { initialView, reduceView, type ViewEvent, type ViewState } from '../view-state.js';

/** Reads single events of a saved run. */
export interface EventReader {
  count: number;
  read(index: number): RunEvent;
}

/** Shows a run at any moment, forwards and backwards, without holding its events in memory. */
export interface EventIndex {
  /** Milliseconds on the run's clock. */
  endMs: number;
  /** All spans, by start time. */
  spans: readonly SpanTimes[];
  /** The span at an index of `spans`; null outside of the list. */
  span(index: number): Span | null;
  /** Number of events up to and including `tMs`. */
  countAt(tMs: number): number;
  /** What the status strip showed after the first `count` events. */
  viewAt(count: number): ViewState;
  /** Events of one log among the first `count`, newest first. */
  backFrom(count: number, log: LogKind): Iterable<RunEvent>;
}

/** When a span ran, in milliseconds. */
export type SpanTimes = Pick<Span, 'start_ms' | 'duration_ms'>;

/** The steps as every reporter shows them, or the agent's raw output. */
export type LogKind = 'steps' | 'output';

/** Events between two stored views; what lies between is folded again on demand. */
const VIEW_INTERVAL = 256;

const STEP_LOG_EVENTS = new Set<RunEvent['type']>([
  'step',
  'warning',
  'check',
  'acquire_progress',
  'diff',
  'tests',
  'agent_stopped',
]);

/** Collects the events of a run one by one; `finish` returns their index, which reads them again through `reader`. */
export function indexEvents(): { add(event: ViewEvent): void; finish(reader: EventReader): EventIndex } {
  const times: number[] = [];
  const views: ViewState[] = [];
  const logs: Record<LogKind, number[]> = { steps: [], output: [] };
  const spans: Array<SpanTimes & { index: number }> = [];
  let view = initialView;
  let lastMs = 0;
  return {
    add(event) {
      const index = times.length;
      if (index % VIEW_INTERVAL === 0) views.push(view);
      // `times` must ascend for the binary search, so a clock that jumps back is held.
      lastMs = Math.max(lastMs, event.t_ms);
      times.push(lastMs);
      view = reduceView(view, event);
      if (STEP_LOG_EVENTS.has(event.type)) logs.steps.push(index);
      if (event.type === 'agent_output') logs.output.push(index);
      if (event.type === 'span') {
        const { start_ms, duration_ms } = event.span;
        spans.push({ start_ms, duration_ms, index });
      }
    },
    finish(reader) {
      let latest = { count: 0, view: initialView };
      return {
        endMs: lastMs,
        spans: spans.sort((a, b) => a.start_ms - b.start_ms),
        span(spanIndex) {
          const index = spans[spanIndex]?.index;
          const event = index === undefined ? null : reader.read(index);
          return event?.type === 'span' ? event.span : null;
        },
        countAt: (tMs) => countUpTo(times, tMs),
        viewAt(count) {
          const stored = Math.min(views.length - 1, Math.floor(count / VIEW_INTERVAL));
          const from = stored * VIEW_INTERVAL;
          if (latest.count > count || latest.count < from)
            latest = { count: from, view: views[stored] ?? initialView };
          while (latest.count < count)
            latest = { count: latest.count + 1, view: reduceView(latest.view, reader.read(latest.count)) };
          return latest.view;
        },
        *backFrom(count, log) {
          const indexes = logs[log];
          for (let i = countUpTo(indexes, count - 1) - 1; i >= 0; i -= 1) yield reader.read(indexes[i] ?? 0);
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
