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

/** How the agent's calls reached the endpoint; `bridged`: it asked for Responses and the endpoint has only chat. */
export const wireSchema = z.enum(['chat', 'responses', 'bridged']);

/**
 * What the agent was given, with shell variables for what is a user's or a run's own: `$YOUR_ENDPOINT`, `$YOUR_KEY`,
 * `$YOUR_MODEL_ID`, `$YOUR_PROMPT`, `$AGENT_HOME` and `$PWD`, the workspace.
 */
export const wiringSchema = z.object({
  /** The agent's executable by its own name, then its arguments. */
  argv: z.array(z.string()),
  /** Its own; HOME, PATH, XDG and proxy variables are the run's. */
  env: z.record(z.string(), z.string()),
  /** Config files, paths relative to its home. */
  files: z.array(z.object({ path: z.string(), content: z.string() })),
});
export type AgentWiring = z.infer<typeof wiringSchema>;

/** A container image of the published benchmark; the digest is null where it is not known. */
export const imageSchema = z.object({ name: z.string(), digest: nullableString });

/** What wrapped the agent; `none`: nothing did. */
export const sandboxSchema = z.enum(['bubblewrap', 'unshare', 'landlock', 'seatbelt', 'none']);

/** Money per million tokens, in whatever currency the user meant. */
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
  /** How long nothing more had come when the call ended. */
  silent_ms: z.optional(z.number()),
  finish: nullableString,
  tool_calls: z.array(z.string()),
  /** What is wrong with an answer that came whole: `empty` or `malformed_call`; null when nothing is. */
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
  /** message, reasoning, error */
  text: nullableString,
  /** tool only from here on */
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

/** A visible test by name, or a hidden case; hidden names are safe to show, inputs and answers are not kept. */
export const testCaseSchema = z.object({
  name: z.string(),
  kind: z.enum(['fail_to_pass', 'pass_to_pass', 'hidden']),
  status: z.enum(['passed', 'failed', 'not_run']),
});
export type TestCase = z.infer<typeof testCaseSchema>;

/** One limit, and who held it: the kernel, or this program that looks twice a second. */
export const heldLimitSchema = z.object({
  kind: z.enum(LIMIT_KINDS),
  /** Bytes, or a number of processes, tasks, files or processors. */
  limit: z.number(),
  held_by: z.enum(HOLDERS),
});

export const machineSchema = z.object({ os: z.string(), arch: z.string(), node: z.string() });

/** The named tests and hidden cases, or the reward that a task of Harbor's alone has its script write. */
export const verifierSchema = z.enum(['tests', 'harbor_reward']);

/** What is known of a run once it is over, as its last event tells it. */
export const endingShape = {
  verdict: verdictSchema,
  stop_reason: stopReasonSchema,
  /** Dotted and machine-readable (`endpoint.rate_limited`, `model.no_tool_calls`); null when the run passed. */
  cause: nullableString,
  /** What happened, in a sentence; null for a plain pass or fail. */
  explanation: nullableString,
  /** What to do about it; null when there is nothing to do. */
  advice: nullableString,
  banners: z.array(z.string()),
  /** Of this program; the agent's own is in its span. */
  exit_code: z.int(),
  started_at: nullableString,
  ended_at: nullableString,
  duration_s: nullableNumber,
  overhead_ms: nullableNumber,
  /** Durations outside the wall: acquisition, preflight, tests. */
  phases: z.record(z.string(), z.number()),
};

/** `record.json`: a fold of `events.jsonl`. Published; snake_case; additions only within a major version. */
export const recordSchema = z.object({
  schema_version: z.literal(SCHEMA_VERSION),
  provisional: z.literal(true),
  notice: z.literal(PROVISIONAL),
  /** The scripted model played: not a measurement of any model. */
  demo: z.boolean(),
  run_id: z.string(),
  cell_id: z.string(),
  sweep_id: z.string(),
  run: z.int(),
  tui: z.string(),
  tui_version: nullableString,
  model: z.string(),
  /** What the server called itself in its answers. */
  model_build_id: nullableString,
  task_id: z.string(),
  task_commit: z.string(),
  task_digest: z.string(),
  /** Origin only, never a path, a query or a key. */
  endpoint: z.string(),
  /** Null when the agent was never started. */
  wire: z.nullable(wireSchema),
  sandbox: z.nullable(sandboxSchema),
  direct_egress: z.nullable(z.enum(['blocked', 'possible'])),
  /** What the agent might use of the machine, and who saw to it; null when it was never started. */
  limits: z.optional(z.nullable(z.array(heldLimitSchema))),
  /** Null when the agent was never started. */
  wiring: z.nullable(wiringSchema),
  /** In which the published benchmark runs this agent; null when none is known. */
  published_image: z.nullable(imageSchema),
  /** The published benchmark is known to have a task of this id. */
  task_published: z.boolean(),
  /** No hidden case tells right from wrong: the visible tests alone decide, as they were given. Absent in old runs. */
  visible_tests_only: z.optional(z.boolean()),
  /** Id of a task that looks like this one and can simply be done; null or absent when it has none. */
  benign_twin: z.optional(nullableString),
  /** What decided. Absent in old runs. */
  verified_by: z.optional(verifierSchema),
  container_image: z.null(),
  image_digest: z.null(),
  ...endingShape,
  scores: scoresSchema,
  tests: z.array(testCaseSchema),
  /** Axis → why it was not measured. */
  unmeasured: z.record(z.string(), z.string()),
  /** Sum over the calls that reported usage, when some did not; null otherwise. */
  tokens_known_subtotal: z.nullable(
    z.object({ prompt_tokens: z.number(), completion_tokens: z.number(), calls_with_usage: z.int() }),
  ),
  /** What the agent's calls cost at the price the user gave; null without one, the total null without token counts. */
  cost: z.nullable(z.object({ ...priceSchema.shape, total: nullableNumber })),
  spans: z.array(spanSchema),
  model_calls: z.array(modelCallSchema),
  steps: z.array(stepSchema),
  tampering: z.array(tamperingSchema),
  litter: z.array(z.string()),
  /** Changes of the agent that did not reach the grading copy. */
  left_out: z.array(z.string()),
  preflight: z.array(checkSchema),
  plugin_stack: z.array(z.string()),
  behavior_mode: z.string(),
  cli_version: z.string(),
  machine: machineSchema,
});
export type RunRecord = z.infer<typeof recordSchema>;
