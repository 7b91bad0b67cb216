import * as z from 'zod/mini';
import { HOLDERS, LIMIT_KINDS } from './limits.js';
import { scoresSchema } from './score-blocks.js';

export const SCHEMA_VERSION = '1.0';
export const PROVISIONAL = 'provisional score — not for citation';

const nullableNumber = z.nullable(z.number());
const nullableString = z.nullable(z.string());

export const phaseSchema = z.enum(['preflight', 'prepare', 'agent', 'tests', 'score']);
export type Phase = z.infer<typeof phaseSchema>;

export const stopReasonSchema = z.enum([
  'finished',
  'timed_out',
  'idle',
  'budget',
  'limit',
  'crashed',
  'interrupted',
  'harness',
  'not_started',
]);
export type StopReason = z.infer<typeof stopReasonSchema>;

export const verdictSchema = z.enum(['passed', 'failed', 'unscored']);
export type Verdict = z.infer<typeof verdictSchema>;

export const checkSchema = z.object({
  id: z.string(),
  title: z.string(),
  status: z.enum(['ok', 'warn', 'fail', 'skip']),
  detail: z.string(),
  fix: nullableString,
  elapsed_ms: z.number(),
});
export type Check = z.infer<typeof checkSchema>;

/** How the agent's calls reached the endpoint; `bridged`: calls to the Responses API were translated to chat. */
export const wireSchema = z.enum(['chat', 'responses', 'bridged']);

/**
 * What the agent was given. Shell variables replace what differs between users or runs: `$YOUR_ENDPOINT`, `$YOUR_KEY`,
 * `$YOUR_MODEL_ID`, `$YOUR_PROMPT`, `$AGENT_HOME` and `$PWD`, the workspace.
 */
export const wiringSchema = z.object({
  /** The agent's executable by its own name, then its arguments. */
  argv: z.array(z.string()),
  /** The agent's own variables, without HOME, PATH, XDG and proxy variables. */
  env: z.record(z.string(), z.string()),
  /** Config files, paths relative to its home. */
  files: z.array(z.object({ path: z.string(), content: z.string() })),
});
export type AgentWiring = z.infer<typeof wiringSchema>;

/** A container image of the published benchmark; the digest is null when unknown. */
export const imageSchema = z.object({ name: z.string(), digest: nullableString });

/** The sandbox of the agent; `none`: it ran without one. */
export const sandboxSchema = z.enum(['bubblewrap', 'unshare', 'landlock', 'seatbelt', 'none']);

/** Money per million tokens, in the user's currency. */
export const priceSchema = z.object({ input_per_million: z.number(), output_per_million: z.number() });

export const spanSchema = z.object({
  /** 32 hex digits. */
  span_id: z.string(),
  parent_id: nullableString,
  kind: z.enum([
    'task_setup',
    'preflight',
    'tool_call',
    'container',
    'adapter_run',
    'model_call',
    'cleanup',
    'grading',
  ]),
  name: z.string(),
  /** On the run's clock. */
  start_ms: z.number(),
  duration_ms: z.number(),
  attrs: z.record(z.string(), z.unknown()),
  error: nullableString,
});
export type Span = z.infer<typeof spanSchema>;

export const modelCallSchema = z.object({
  n: z.int(),
  probe: z.boolean(),
  timestamp: z.string(),
  start_ms: z.number(),
  path: z.string(),
  stream: z.boolean(),
  requested_model: nullableString,
  served_model: nullableString,
  request_hash: z.string(),
  /** How many tools the request offered. Absent in old runs, as are `silent_ms` and `flaw`. */
  offered_tools: z.optional(z.int()),
  prompt_tokens: nullableNumber,
  completion_tokens: nullableNumber,
  cached_tokens: nullableNumber,
  reasoning_tokens: nullableNumber,
  usage_missing: nullableString,
  latency_ms: z.number(),
  time_to_first_token_ms: nullableNumber,
  /** Time without data before the call ended. */
  silent_ms: z.optional(z.number()),
  finish: nullableString,
  tool_calls: z.array(z.string()),
  /** What is wrong with a complete answer: `empty` or `malformed_call`; null when nothing is. */
  flaw: z.optional(nullableString),
  status: nullableNumber,
  retry_after_s: nullableNumber,
  cause: nullableString,
  error: nullableString,
});
export type ModelCallRecord = z.infer<typeof modelCallSchema>;

export const stepSchema = z.object({
  n: z.int(),
  t_ms: z.number(),
  kind: z.enum(['message', 'reasoning', 'tool', 'error']),
  /** Only for message, reasoning and error. */
  text: nullableString,
  /** From here on, only for tool. */
  action: z.nullable(z.enum(['read', 'edit', 'write', 'search', 'shell', 'other'])),
  name: nullableString,
  target: nullableString,
  ok: z.nullable(z.boolean()),
  exit_code: nullableNumber,
  diff: nullableString,
  output: nullableString,
  duration_ms: nullableNumber,
});
export type StepRecord = z.infer<typeof stepSchema>;

export const tamperingSchema = z.object({
  path: z.string(),
  kind: z.enum([
    'test_modified',
    'test_removed',
    'inline_tests_modified',
    'harness_hook',
    'symlink',
    'answer_read',
  ]),
  /** One sentence. */
  what: z.string(),
});
export type Tampering = z.infer<typeof tamperingSchema>;

/** A visible test, or a hidden case. Names of hidden cases may be shown; their inputs and answers are not saved. */
export const testCaseSchema = z.object({
  name: z.string(),
  kind: z.enum(['fail_to_pass', 'pass_to_pass', 'hidden']),
  status: z.enum(['passed', 'failed', 'not_run']),
});
export type TestCase = z.infer<typeof testCaseSchema>;

/** A limit, and who enforced it. See `HOLDERS`. */
export const heldLimitSchema = z.object({
  kind: z.enum(LIMIT_KINDS),
  /** Bytes, or a number of processes, tasks, files or processors. */
  limit: z.number(),
  held_by: z.enum(HOLDERS),
});

export const machineSchema = z.object({ os: z.string(), arch: z.string(), node: z.string() });

/** What decided: named tests and hidden cases, or the reward that the script of a Harbor-only task wrote. */
export const verifierSchema = z.enum(['tests', 'harbor_reward']);

/** What the last event of a run and its record have in common. */
export const endingShape = {
  verdict: verdictSchema,
  stop_reason: stopReasonSchema,
  /** Dotted and machine-readable (`endpoint.rate_limited`, `model.no_tool_calls`); null when the run passed. */
  cause: nullableString,
  /** What happened, in a sentence; null for a plain pass or fail. */
  explanation: nullableString,
  /** What the user can do; null when there is nothing to do. */
  advice: nullableString,
  banners: z.array(z.string()),
  /** Exit code of this program; the agent's is in its span. */
  exit_code: z.int(),
  started_at: nullableString,
  ended_at: nullableString,
  duration_s: nullableNumber,
  overhead_ms: nullableNumber,
  /** Milliseconds of each phase that has ended. */
  phases: z.record(z.string(), z.number()),
};

/** `record.json`: a fold of `events.jsonl`. A stable format: snake_case, only additions within a major version. */
export const recordSchema = z.object({
  schema_version: z.literal(SCHEMA_VERSION),
  provisional: z.literal(true),
  notice: z.literal(PROVISIONAL),
  /** The scripted model answered: this measures no model. */
  demo: z.boolean(),
  run_id: z.string(),
  cell_id: z.string(),
  sweep_id: z.string(),
  run: z.int(),
  tui: z.string(),
  tui_version: nullableString,
  model: z.string(),
  /** Model id in the server's answers. */
  model_build_id: nullableString,
  task_id: z.string(),
  task_commit: z.string(),
  task_digest: z.string(),
  /** Only the origin: no path, query or key. */
  endpoint: z.string(),
  /** Null when the agent was never started. */
  wire: z.nullable(wireSchema),
  sandbox: z.nullable(sandboxSchema),
  direct_egress: z.nullable(z.enum(['blocked', 'possible'])),
  /** The agent's resource limits, and who enforced them; null when the agent was never started. */
  limits: z.optional(z.nullable(z.array(heldLimitSchema))),
  /** Null when the agent was never started. */
  wiring: z.nullable(wiringSchema),
  /** The image in which the published benchmark runs this agent; null when unknown. */
  published_image: z.nullable(imageSchema),
  /** Whether the published benchmark is known to have a task of this id. */
  task_published: z.boolean(),
  /** The task has no hidden cases: only the visible tests decide. Absent in old runs. */
  visible_tests_only: z.optional(z.boolean()),
  /** Id of a similar task that has an honest solution; null or absent when there is none. */
  benign_twin: z.optional(nullableString),
  /** Absent in old runs. */
  verified_by: z.optional(verifierSchema),
  container_image: z.null(),
  image_digest: z.null(),
  ...endingShape,
  scores: scoresSchema,
  tests: z.array(testCaseSchema),
  /** Axis → why it was not measured. */
  unmeasured: z.record(z.string(), z.string()),
  /** Sum over the calls that reported usage, when other calls did not; else null. */
  tokens_known_subtotal: z.nullable(
    z.object({ prompt_tokens: z.number(), completion_tokens: z.number(), calls_with_usage: z.int() }),
  ),
  /** Cost of the agent's calls at the user's price; null without a price. The total is null without token counts. */
  cost: z.nullable(z.object({ ...priceSchema.shape, total: nullableNumber })),
  spans: z.array(spanSchema),
  model_calls: z.array(modelCallSchema),
  steps: z.array(stepSchema),
  tampering: z.array(tamperingSchema),
  litter: z.array(z.string()),
  /** Changed paths that were not copied for grading. */
  left_out: z.array(z.string()),
  preflight: z.array(checkSchema),
  plugin_stack: z.array(z.string()),
  behavior_mode: z.string(),
  cli_version: z.string(),
  machine: machineSchema,
});
export type RunRecord = z.infer<typeof recordSchema>;
