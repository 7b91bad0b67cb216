import { randomBytes } from 'node:crypto';
import { type Clock, round } from '../host/clock.js';
import type { RunEvent } from '../model/events.js';
import type { Span } from '../model/record.js';

/** An event before the trace adds its time. */
export type UntimedEvent = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, 't_ms'> : never) : never;

type SpanHead = Pick<Span, 'kind' | 'name' | 'parent_id'> & { attrs?: Record<string, unknown> };

export interface OpenSpan {
  id: string;
  /** Closes the span and emits it. */
  end(attrs?: Record<string, unknown>, error?: string | null): void;
}

/** Emits the events of a run with their times, spans included. */
export interface Trace {
  clock: Clock;
  emit(event: UntimedEvent): void;
  open(span: SpanHead): OpenSpan;
  /** Emits a span that has already ended. */
  closed(span: SpanHead, startMs: number, durationMs: number, error: string | null): void;
  /** Ends the trace. Later events, of work that a quit abandoned, are dropped. */
  end(): void;
}

/**
 * Starts a trace whose events go to `sink` in order. Every occurrence of `secret` is replaced, before any reporter or
 * file sees it: endpoints and agents may echo the key.
 */
export function startTrace(clock: Clock, secret: string | null, sink: (event: RunEvent) => void): Trace {
  const scrub = scrubber(secret);
  let hasEnded = false;
  const emit = (event: UntimedEvent) => {
    if (!hasEnded) sink(scrub({ ...event, t_ms: round(clock.now()) } as RunEvent));
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
      hasEnded = true;
    },
    closed: (head, startMs, durationMs, error) => emitSpan(newSpanId(), head, startMs, durationMs, error),
  };
}

function newSpanId(): string {
  return randomBytes(16).toString('hex');
}

/** Keys of local servers are often a word such as `none`. Replacing it everywhere would garble text and protect nothing. */
const MIN_SECRET_CHARS = 8;

/** Returns a function that replaces `secret` by `[key]` in every string of a JSON value. */
export function scrubber(secret: string | null): <T>(value: T) => T {
  if (secret === null || secret.length < MIN_SECRET_CHARS) return (value) => value;
  const escaped = JSON.stringify(secret).slice(1, -1);
  return (value) => {
    const json = JSON.stringify(value);
    return json.includes(escaped) ? JSON.parse(json.replaceAll(escaped, '[key]')) : value;
  };
}
