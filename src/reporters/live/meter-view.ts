import type { ModelCallRecord } from '../../model/record.js';
import { integer, NOT_MEASURED, shortSeconds } from '../documents/format.js';
import { sparkline } from '../text/bars.js';
import type { Palette } from '../text/palette.js';

/** Totals of the agent's model calls so far, without those of the preflight. A sum is null as soon as one part is unknown. */
export interface MeterView {
  started: number;
  finished: number;
  failed: number;
  /** Start time of each call in flight, by its number. */
  inFlight: ReadonlyMap<number, number>;
  promptTokens: number | null;
  completionTokens: number | null;
  cachedTokens: number | null;
  /** Time to first token of the latest call that has one. */
  firstTokenMs: number | null;
  /** Tokens per second of the latest calls with a measurable speed, oldest first. */
  speeds: readonly number[];
  generation: { tokens: number; ms: number };
  /** Calls that are part of the sums. */
  answered: number;
}

export const emptyMeter: MeterView = {
  started: 0,
  finished: 0,
  failed: 0,
  inFlight: new Map(),
  promptTokens: null,
  completionTokens: null,
  cachedTokens: null,
  firstTokenMs: null,
  speeds: [],
  generation: { tokens: 0, ms: 0 },
  answered: 0,
};

const SPARKLINE_CALLS = 12;
/** Further calls are counted, but their start times are not kept. */
const MAX_IN_FLIGHT = 256;
/** An answer that arrives in one chunk has no measurable generation time. */
const MIN_GENERATION_MS = 20;

export function callStarted(meter: MeterView, n: number, atMs: number): MeterView {
  const started = meter.started + 1;
  if (meter.inFlight.size >= MAX_IN_FLIGHT) return { ...meter, started };
  return { ...meter, started, inFlight: new Map(meter.inFlight).set(n, atMs) };
}

export function callFirstToken(meter: MeterView, afterMs: number): MeterView {
  return { ...meter, firstTokenMs: afterMs };
}

export function callEnded(meter: MeterView, call: ModelCallRecord): MeterView {
  const inFlight = new Map(meter.inFlight);
  inFlight.delete(call.n);
  const ended: MeterView = {
    ...meter,
    inFlight,
    finished: meter.finished + 1,
    failed: meter.failed + (call.cause === null ? 0 : 1),
    firstTokenMs: call.time_to_first_token_ms ?? meter.firstTokenMs,
  };
  // A refused call has no usage, which must not make the sums unknown.
  if (call.status === null || call.status >= 400) return ended;
  const sum = (total: number | null, part: number | null) =>
    meter.answered === 0 ? part : total === null || part === null ? null : total + part;
  const generated = generationOf(call);
  return {
    ...ended,
    answered: meter.answered + 1,
    promptTokens: sum(meter.promptTokens, call.prompt_tokens),
    completionTokens: sum(meter.completionTokens, call.completion_tokens),
    cachedTokens: sum(meter.cachedTokens, call.cached_tokens),
    ...(generated && {
      speeds: [...meter.speeds, (generated.tokens / generated.ms) * 1000].slice(-SPARKLINE_CALLS),
      generation: {
        tokens: meter.generation.tokens + generated.tokens,
        ms: meter.generation.ms + generated.ms,
      },
    }),
  };
}

/** Completion tokens, and the time from the first token to the end; null when one was not measured. */
function generationOf(call: ModelCallRecord): { tokens: number; ms: number } | null {
  if (call.completion_tokens === null || call.time_to_first_token_ms === null || !call.stream) return null;
  const ms = call.latency_ms - call.time_to_first_token_ms;
  return ms < MIN_GENERATION_MS ? null : { tokens: call.completion_tokens, ms };
}

/** Completion tokens per second of generation time over all calls; null when no call has a measurable speed. */
export function tokensPerSecond({ generation }: MeterView): number | null {
  return generation.ms > 0 ? (generation.tokens / generation.ms) * 1000 : null;
}

/** Number of calls so far, including those in flight. */
export const callCount = ({ started, finished }: MeterView): number => Math.max(started, finished);

/** The meter as segments, between which a reporter may wrap. `maxCalls` is the budget; null when there is none. */
export function meterSegments(meter: MeterView, paint: Palette, maxCalls: number | null = null): string[] {
  const label = (name: string, value: string) => `${paint.dim(name)} ${value}`;
  const budget = maxCalls === null ? '' : paint.dim(` / ${integer(maxCalls)}`);
  const calls = label('calls', integer(callCount(meter))) + budget;
  const segments = [meter.failed > 0 ? `${calls} ${paint.bad(`(${integer(meter.failed)} failed)`)}` : calls];
  if (meter.finished === 0) return segments;
  const cached = meter.cachedTokens === null ? '' : paint.dim(` (${integer(meter.cachedTokens)} cached)`);
  segments.push(label('in', integer(meter.promptTokens) + cached));
  segments.push(label('out', integer(meter.completionTokens)));
  segments.push(label('first token', shortSeconds(meter.firstTokenMs)));
  const speed = tokensPerSecond(meter);
  const bars = sparkline(meter.speeds);
  const rate = speed === null ? NOT_MEASURED : integer(speed);
  segments.push(`${rate} ${paint.dim('tok/s')}${bars && `  ${paint.accent(bars)}`}`);
  return segments;
}
