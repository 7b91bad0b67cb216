import type { ModelCallRecord, RunRecord, StepRecord } from '../../model/record.js';
import { toJson } from './json.js';

/** Version of Harbor's Agent Trajectory Interchange Format. */
const SCHEMA = 'ATIF-v1.7';

const NOTES =
  'Provisional, not for citation. A turn is one model call and the steps that the agent reported between its answer and the next one, matched by time. Tokens were counted on the wire.';

interface AtifStep {
  step_id: number;
  timestamp?: string;
  source: 'user' | 'agent';
  message: string;
  reasoning_content?: string;
  tool_calls?: Array<{ tool_call_id: string; function_name: string; arguments: Record<string, unknown> }>;
  observation?: {
    results: Array<{ source_call_id: string; content: string | null; extra?: Record<string, unknown> }>;
  };
  metrics?: Record<string, unknown>;
  llm_call_count?: number;
  extra?: Record<string, unknown>;
}

/** One model call and the steps that followed it; `call` is null for steps before the first call. */
interface Turn {
  call: ModelCallRecord | null;
  steps: StepRecord[];
}

/** The run's trajectory as ATIF JSON. `instruction` is the prompt of the agent. */
export function atif(record: RunRecord, instruction: string): string {
  const turns = turnsOf(record);
  const { tokens } = record.scores;
  const agentCalls = record.model_calls.filter(({ probe }) => !probe);
  return toJson({
    schema_version: SCHEMA,
    session_id: record.run_id,
    trajectory_id: record.cell_id,
    agent: {
      name: record.tui,
      version: record.tui_version ?? 'unknown',
      model_name: record.model,
      extra: {
        demo: record.demo,
        wire: record.wire,
        sandbox: record.sandbox,
        cli_version: record.cli_version,
      },
    },
    steps: [
      { step_id: 1, source: 'user', message: instruction } satisfies AtifStep,
      ...turns.map((turn, i) => atifStep(turn, i + 2)),
    ],
    notes: record.demo ? `DEMO: a scripted model played. ${NOTES}` : NOTES,
    final_metrics: {
      ...(tokens.prompt_tokens !== null && { total_prompt_tokens: tokens.prompt_tokens }),
      ...(tokens.completion_tokens !== null && { total_completion_tokens: tokens.completion_tokens }),
      ...cachedTotal(agentCalls),
      total_steps: turns.length + 1,
      extra: {
        verdict: record.verdict,
        stop_reason: record.stop_reason,
        cause: record.cause,
        scores: record.scores,
      },
    },
    extra: {
      task_id: record.task_id,
      task_digest: record.task_digest,
      task_commit: record.task_commit,
      provisional: true,
    },
  });
}

function turnsOf({ model_calls, steps }: RunRecord): Turn[] {
  const calls = model_calls.filter(({ probe }) => !probe).sort((a, b) => endOf(a) - endOf(b));
  const turns: Turn[] = [{ call: null, steps: [] }, ...calls.map((call) => ({ call, steps: [] }))];
  let current = 0;
  for (const step of steps) {
    const nextCall = () => turns[current + 1]?.call;
    for (let call = nextCall(); call && endOf(call) <= step.t_ms; call = nextCall()) current += 1;
    turns[current]?.steps.push(step);
  }
  return turns.filter(({ call, steps }) => call !== null || steps.length > 0);
}

const endOf = (call: ModelCallRecord) => call.start_ms + call.latency_ms;

function atifStep({ call, steps }: Turn, step_id: number): AtifStep {
  const textOf = (kind: StepRecord['kind']) =>
    steps.flatMap((step) => (step.kind === kind && step.text !== null ? [step.text] : [])).join('\n\n');
  const reasoning = textOf('reasoning');
  const errors = textOf('error');
  const tools = steps.filter(({ kind }) => kind === 'tool');
  return {
    step_id,
    ...(call && { timestamp: call.timestamp }),
    source: 'agent',
    message: textOf('message'),
    ...(reasoning !== '' && { reasoning_content: reasoning }),
    ...(tools.length > 0 && {
      tool_calls: tools.map((step) => ({
        tool_call_id: callId(step),
        function_name: step.name ?? step.action ?? 'tool',
        arguments: definedOf({ target: step.target, diff: step.diff }),
      })),
      observation: {
        results: tools.map((step) => ({
          source_call_id: callId(step),
          content: step.output,
          extra: definedOf({ ok: step.ok, exit_code: step.exit_code, duration_ms: step.duration_ms }),
        })),
      },
    }),
    ...(call && { metrics: metricsOf(call), llm_call_count: 1 }),
    extra: definedOf({
      errors: errors === '' ? null : errors,
      finish: call?.finish ?? null,
      status: call?.status ?? null,
      cause: call?.cause ?? null,
      request_hash: call?.request_hash ?? null,
    }),
  };
}

const callId = ({ n }: StepRecord) => `step-${n}`;

function metricsOf(call: ModelCallRecord): Record<string, unknown> {
  return {
    ...definedOf({
      prompt_tokens: call.prompt_tokens,
      completion_tokens: call.completion_tokens,
      cached_tokens: call.cached_tokens,
    }),
    extra: definedOf({
      latency_ms: call.latency_ms,
      time_to_first_token_ms: call.time_to_first_token_ms,
      reasoning_tokens: call.reasoning_tokens,
      usage_missing: call.usage_missing,
    }),
  };
}

/** Empty when a call did not report its cached tokens: a partial sum would be wrong. */
function cachedTotal(calls: readonly ModelCallRecord[]): { total_cached_tokens?: number } {
  const counts = calls.flatMap(({ cached_tokens }) => (cached_tokens === null ? [] : [cached_tokens]));
  if (counts.length < calls.length || calls.length === 0) return {};
  return { total_cached_tokens: counts.reduce((sum, tokens) => sum + tokens, 0) };
}

/** Without the null values: ATIF leaves out what was not measured. */
function definedOf(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
