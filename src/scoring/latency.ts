import type { Scores } from '../model/score-blocks.js';
import { type Axis, agentCalls, type CellFacts } from './facts.js';

/**
 * Milliseconds. `model_call_ms` is the time in which at least one call of the agent was open: the sum of the
 * latencies, overlap counted once, so that it never exceeds the time there was.
 */
export function scoreLatency(
  facts: Pick<CellFacts, 'calls' | 'wallClockMs' | 'containerActiveMs'>,
): Axis<Scores['latency']> {
  const { wallClockMs, containerActiveMs } = facts;
  return {
    block: {
      wall_clock_ms: wallClockMs,
      container_active_ms: containerActiveMs,
      // No call by an agent that ran is a measured zero; without an agent nothing was measured.
      model_call_ms: containerActiveMs === null ? null : openCallMs(facts.calls),
    },
    unmeasured: wallClockMs === null ? 'The agent did not run.' : null,
  };
}

function openCallMs(calls: CellFacts['calls']): number {
  let sum = 0;
  let coveredUntilMs = Number.NEGATIVE_INFINITY;
  for (const call of agentCalls(calls).sort((a, b) => a.startedAtMs - b.startedAtMs)) {
    const endMs = call.startedAtMs + call.latencyMs;
    if (endMs <= coveredUntilMs) continue;
    // The latency as it was measured, unless the calls overlap: start + latency − start rounds.
    sum += call.startedAtMs >= coveredUntilMs ? call.latencyMs : endMs - coveredUntilMs;
    coveredUntilMs = endMs;
  }
  return sum;
}
