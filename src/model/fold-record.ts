import { HarnessError } from './errors.js';
import type { RunEvent, RunEventOf } from './events.js';
import { PROVISIONAL, type RunRecord, SCHEMA_VERSION } from './record.js';
import type { Scores } from './score-blocks.js';

/**
 * `record.json` of a run, from its events alone: live and from a stored `events.jsonl` it is the same.
 * Errors: HarnessError `harness.incomplete_run` when the events stop before the run's end.
 */
export function foldRecord(events: Iterable<RunEvent>): RunRecord {
  let started: RunEventOf<'run_started'> | null = null;
  let agent: RunEventOf<'agent_started'> | null = null;
  let scored: RunEventOf<'scored'> | null = null;
  let ended: RunEventOf<'run_ended'> | null = null;
  let graded: Pick<RunRecord, 'tampering' | 'litter' | 'left_out'> = {
    tampering: [],
    litter: [],
    left_out: [],
  };
  let tests: RunRecord['tests'] = [];
  const spans: RunRecord['spans'] = [];
  const modelCalls: RunRecord['model_calls'] = [];
  const steps: RunRecord['steps'] = [];
  const preflight: RunRecord['preflight'] = [];

  for (const event of events) {
    switch (event.type) {
      case 'run_started':
        started = event;
        break;
      case 'agent_started':
        agent = event;
        break;
      case 'check':
        preflight.push(event.check);
        break;
      case 'step':
        steps.push(event.step);
        break;
      case 'model_call':
        modelCalls.push(event.call);
        break;
      case 'span':
        spans.push(event.span);
        break;
      case 'diff':
        graded = { tampering: event.tampering, litter: event.litter, left_out: event.left_out };
        break;
      case 'tests':
        tests = event.cases;
        break;
      case 'scored':
        scored = event;
        break;
      case 'run_ended':
        ended = event;
        break;
      default:
    }
  }
  if (!started || !scored || !ended) {
    throw new HarnessError('The events of this run stop before its end.', {
      code: 'harness.incomplete_run',
      fix: 'Run the check again; what was measured so far stands in its events.jsonl.',
    });
  }
  const { type: _, t_ms: __, ...ending } = ended;
  const answered = modelCalls.find((call) => !call.probe && call.served_model !== null);
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
    tests,
    unmeasured: scored.unmeasured,
    tokens_known_subtotal: scored.tokens_known_subtotal,
    cost: started.price && { ...started.price, total: costOf(scored.scores.tokens, started.price) },
    spans: spans.sort((a, b) => a.start_ms - b.start_ms),
    model_calls: modelCalls,
    steps,
    ...graded,
    preflight,
    plugin_stack: started.plugin_stack,
    behavior_mode: started.behavior_mode,
    cli_version: started.cli_version,
    machine: started.machine,
  };
}

/** Cached tokens count at the full price: what they cost is the provider's affair. */
function costOf(
  { prompt_tokens, completion_tokens }: Scores['tokens'],
  price: NonNullable<RunEventOf<'run_started'>['price']>,
): number | null {
  if (prompt_tokens === null || completion_tokens === null) return null;
  return (prompt_tokens * price.input_per_million + completion_tokens * price.output_per_million) / 1_000_000;
}
