import { type RunState, wallClockOf } from '../model/run-state.js';
import type { Scores } from '../model/score-blocks.js';
import { type Axis, agentCalls } from './axis.js';

/**
 * Milliseconds. `model_call_ms` is the time during which at least one call of the agent was open: the sum of the
 * latencies, with overlaps counted once.
 */
export function scoreLatency(state: Pick<RunState, 'calls' | 'spans' | 'stopped'>): Axis<Scores['latency']> {
  const { calls, stopped } = state;
  const wall = wallClockOf(state);
  return {
    block: {
      wall_clock_ms: wall?.wallClockMs ?? null,
      container_active_ms: stopped?.active_ms ?? null,
      // An agent that ran without a call has a measured 0. Without an agent, nothing was measured.
      model_call_ms: stopped === null ? null : openCallMs(calls),
    },
    unmeasured: wall === null ? 'The agent did not run.' : null,
  };
}

function openCallMs(calls: RunState['calls']): number {
  let sum = 0;
  let coveredUntilMs = Number.NEGATIVE_INFINITY;
  for (const { start_ms, latency_ms } of agentCalls(calls).sort((a, b) => a.start_ms - b.start_ms)) {
    const endMs = start_ms + latency_ms;
    if (endMs <= coveredUntilMs) continue;
    // Without overlap, add the measured latency itself: start + latency − start would round it.
    sum += start_ms >= coveredUntilMs ? latency_ms : endMs - coveredUntilMs;
    coveredUntilMs = endMs;
  }
  return sum;
}
