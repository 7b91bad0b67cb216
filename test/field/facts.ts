import type { RunRecord } from '../../src/model/record.js';
import { fieldCheck } from './agents-run.js';

export interface Times {
  /** From its start to its first model call. */
  startUpMs: number;
  /** Its wall time less the endpoint's. */
  overheadMs: number;
}

export interface Facts extends Times {
  version: string;
  calls: number;
  firstPromptTokens: number;
  dropped: string[];
}

/** Runs whose times are compared: what else the machine does makes them longer, never shorter. */
const TIMED_RUNS = 3;

/** What a run of the oracle tells of its agent; null when it did not go as far as a model call. */
export function factsOf({ tui_version: version, model_calls, spans, scores }: RunRecord): Facts | null {
  const calls = model_calls.filter(({ probe }) => !probe);
  const [first] = calls;
  const drive = spans.find(({ kind }) => kind === 'adapter_run');
  const { container_active_ms: activeMs, model_call_ms: endpointMs } = scores.latency;
  if (version === null || first === undefined || first.prompt_tokens === null) return null;
  if (drive === undefined || activeMs === null || endpointMs === null) return null;
  return {
    version,
    calls: calls.length,
    firstPromptTokens: first.prompt_tokens,
    dropped: scores.blast_radius.added,
    startUpMs: Math.round(first.start_ms - drive.start_ms),
    overheadMs: Math.round(activeMs - endpointMs),
  };
}

/** The least of this run's times and of some more like it. */
export async function leastTimes(agent: string, first: Times): Promise<Times> {
  let { startUpMs, overheadMs } = first;
  for (let run = 1; run < TIMED_RUNS; run++) {
    const { record } = await fieldCheck(['--tui', agent, '--demo=oracle']);
    const facts = record === null ? null : factsOf(record);
    if (facts === null) continue;
    startUpMs = Math.min(startUpMs, facts.startUpMs);
    overheadMs = Math.min(overheadMs, facts.overheadMs);
  }
  return { startUpMs, overheadMs };
}
