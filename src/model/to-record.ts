import { HarnessError } from './errors.js';
import type { RunEvent, RunEventOf } from './events.js';
import { type ModelCallRecord, PROVISIONAL, type RunRecord, SCHEMA_VERSION } from './record.js';
import { type CallState, foldEvents, type RunState } from './run-state.js';
import type { Scores } from './score-blocks.js';

/**
 * Returns the `record.json` of a run. Live events and a saved `events.jsonl` give the same record.
 *
 * @throws HarnessError `harness.incomplete_run` when the events stop before the run's end
 */
export function foldRecord(events: Iterable<RunEvent>): RunRecord {
  return toRecord(foldEvents(events));
}

/**
 * Returns the record of a run that has ended.
 *
 * @throws HarnessError `harness.incomplete_run` when it has not ended
 */
export function toRecord(state: RunState): RunRecord {
  const { started, agent, diff, scored, ended } = state;
  if (!started || !scored || !ended) {
    throw new HarnessError('The events of this run stop before its end.', {
      code: 'harness.incomplete_run',
      fix: 'Run the check again; what was measured so far is in its events.jsonl.',
    });
  }
  const { type: _, t_ms: __, ...ending } = ended;
  const answered = state.calls.find((call) => !call.probe && call.served_model !== null);
  return {
    schema_version: SCHEMA_VERSION,
    provisional: true,
    notice: PROVISIONAL,
    demo: started.demo,
    run_id: started.run_id,
    cell_id: `${started.sweep_id}/${started.tui}/${started.model}/${started.task_id}`,
    sweep_id: started.sweep_id,
    run: started.run,
    tui: started.tui,
    tui_version: agent?.tui_version ?? null,
    model: started.model,
    model_build_id: answered?.served_model ?? null,
    task_id: started.task_id,
    task_commit: started.task_commit,
    task_digest: started.task_digest,
    endpoint: started.endpoint,
    wire: agent?.wire ?? null,
    sandbox: agent?.sandbox ?? null,
    direct_egress: agent?.direct_egress ?? null,
    limits: agent?.limits ?? null,
    wiring: agent?.wiring ?? null,
    published_image: started.published_image,
    task_published: started.task_published,
    visible_tests_only: started.visible_tests_only,
    benign_twin: started.benign_twin,
    verified_by: started.verified_by,
    container_image: null,
    image_digest: null,
    ...ending,
    scores: scored.scores,
    tests: state.tests?.cases ?? [],
    unmeasured: scored.unmeasured,
    tokens_known_subtotal: scored.tokens_known_subtotal,
    cost: started.price && { ...started.price, total: costOf(scored.scores.tokens, started.price) },
    spans: [...state.spans].sort((a, b) => a.start_ms - b.start_ms),
    model_calls: state.calls.map(withoutText),
    steps: [...state.steps],
    tampering: diff?.tampering ?? [],
    litter: diff?.litter ?? [],
    left_out: diff?.left_out ?? [],
    preflight: [...state.checks],
    plugin_stack: started.plugin_stack,
    behavior_mode: started.behavior_mode,
    cli_version: started.cli_version,
    machine: started.machine,
  };
}

/** Only the events have the texts of the answers: the record stays short. */
function withoutText({ text: _, ...call }: CallState): ModelCallRecord {
  return call;
}

/** Cached tokens count at the full price, because discounts differ between providers. */
function costOf(
  { prompt_tokens, completion_tokens }: Scores['tokens'],
  price: NonNullable<RunEventOf<'run_started'>['price']>,
): number | null {
  if (prompt_tokens === null || completion_tokens === null) return null;
  return (prompt_tokens * price.input_per_million + completion_tokens * price.output_per_million) / 1_000_000;
}
