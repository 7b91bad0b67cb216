import { randomBytes } from 'node:crypto';
import { type Clock, round } from '../host/clock.js';
import type { RunEvent } from '../model/events.js';
import type { Span } from '../model/record.js';

/** An event as its maker writes it: the trace puts the time on. */
export type UntimedEvent = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, 't_ms'> : never) : never;

type SpanHead = Pick<Span, 'kind' | 'name' | 'parent_id'> & { attrs?: Record<string, unknown> };

export interface OpenSpan {
  id: string;
  /** Closes the span and emits it. */
  end(attrs?: Record<string, unknown>, error?: string | null): void;
}

/** The one way out of the engine: events with the run's clock on them, and the spans among them. */
export interface Trace {
  clock: Clock;
  emit(event: UntimedEvent): void;
  open(span: SpanHead): OpenSpan;
  /** A span that is over already. */
  closed(span: SpanHead, startMs: number, durationMs: number, error: string | null): void;
  /** The run is over: work that a quit abandoned is not heard any more. */
  end(): void;
}

/**
 * A trace whose events go to `sink` in order. Text that equals `secret` never passes: whatever an endpoint or agent
 * echoes, it is cut out here, before any face or file sees it.
 */
export function startTrace(clock: Clock, secret: string | null, sink: (event: RunEvent) => void): Trace {
  const scrub = scrubber(secret);
  let over = false;
  const emit = (event: UntimedEvent) => {
    if (!over) sink(scrub({ ...event, t_ms: round(clock.now()) } as RunEvent));
  };
  const emitSpan = (id: string, head: SpanHead, startMs: number, durationMs: number, error: string | null) =>
    emit({
      type: 'span',
      span: {
        span_id: id,
        attrs: {},
        ...head,
        start_ms: round(startMs),
        duration_ms: round(durationMs),
        error,
      },
    });
  return {
    clock,
    emit,
    open(head) {
      const id = newSpanId();
      const startMs = clock.now();
      return {
        id,
        end: (attrs = {}, error = null) =>
          emitSpan(
            id,
            { ...head, attrs: { ...head.attrs, ...attrs } },
            startMs,
            clock.now() - startMs,
            error,
          ),
      };
    },
    end() {
      over = true;
    },
    closed: (head, startMs, durationMs, error) => emitSpan(newSpanId(), head, startMs, durationMs, error),
  };
}

function newSpanId(): string {
  return randomBytes(16).toString('hex');
}

/** Keys of local servers are often a word such as `none`; to cut that out of all text would hide nothing and garble much. */
const MIN_SECRET_CHARS = 8;

/** Cuts text that equals `secret` out of whatever is to be shown or kept. */
export function scrubber(secret: string | null): <T>(value: T) => T {
  if (secret === null || secret.length < MIN_SECRET_CHARS) return (value) => value;
  const written = JSON.stringify(secret).slice(1, -1);
  return (value) => {
    const json = JSON.stringify(value);
    return json.includes(written) ? JSON.parse(json.replaceAll(written, '[key]')) : value;
  };
}
