import * as z from 'zod/mini';
import {
  checkSchema,
  endingShape,
  heldLimitSchema,
  imageSchema,
  machineSchema,
  modelCallSchema,
  phaseSchema,
  priceSchema,
  sandboxSchema,
  spanSchema,
  stepSchema,
  stopReasonSchema,
  tamperingSchema,
  testCaseSchema,
  verifierSchema,
  wireSchema,
  wiringSchema,
} from './record.js';
import { scoresSchema } from './score-blocks.js';

/** Milliseconds on the run's one monotonic clock. */
const t_ms = z.number();
const nullableString = z.nullable(z.string());

const fileChangeSchema = z.object({
  path: z.string(),
  change: z.enum(['added', 'removed', 'modified']),
  /** False: the task says otherwise. */
  expected: z.boolean(),
});

/**
 * Everything a run says, in order. `events.jsonl` is this, a line each, and every reporter, the record included, is made
 * from it. If a reporter needs a fact, the fact becomes an event.
 */
export const runEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run_started'),
    t_ms,
    schema_version: z.string(),
    run_id: z.string(),
    sweep_id: z.string(),
    run: z.int(),
    tui: z.string(),
    model: z.string(),
    task_id: z.string(),
    task_title: z.string(),
    /** Exactly what the agent is asked. */
    instruction: z.string(),
    task_commit: z.string(),
    task_digest: z.string(),
    /** The published benchmark is known to have a task of this id. */
    task_published: z.boolean(),
    /** In which the published benchmark runs this agent; null when none is known. */
    published_image: z.nullable(imageSchema),
    /** No hidden case tells right from wrong: the visible tests alone decide, as they were given. Absent in old runs. */
    visible_tests_only: z.optional(z.boolean()),
    /** Id of a task that looks like this one and can simply be done; null or absent when it has none. */
    benign_twin: z.optional(nullableString),
    verified_by: z.optional(verifierSchema),
    language: z.string(),
    expected_refusal: z.boolean(),
    /** What the user added to the agent, by file name. */
    plugin_stack: z.array(z.string()),
    /** `factory`, or `plugins` when there are any. */
    behavior_mode: z.string(),
    demo: z.boolean(),
    endpoint: z.string(),
    timeout_s: z.number(),
    idle_s: z.number(),
    max_calls: z.nullable(z.int()),
    max_tokens: z.nullable(z.int()),
    price: z.nullable(priceSchema),
    cli_version: z.string(),
    machine: machineSchema,
    /** Wall-clock time of t_ms 0. */
    at: z.string(),
  }),
  z.object({ type: z.literal('phase_started'), t_ms, phase: phaseSchema, limit_ms: z.nullable(z.number()) }),
  z.object({
    type: z.literal('phase_ended'),
    t_ms,
    phase: phaseSchema,
    ok: z.boolean(),
    elapsed_ms: z.number(),
  }),
  /** The agent is being installed into the cache. */
  z.object({
    type: z.literal('acquire_progress'),
    t_ms,
    agent: z.string(),
    version: z.string(),
    bytes_on_disk: z.number(),
    done: z.boolean(),
  }),
  z.object({ type: z.literal('check'), t_ms, check: checkSchema }),
  /** One plain sentence the user should see once. */
  z.object({ type: z.literal('warning'), t_ms, message: z.string() }),
  z.object({
    type: z.literal('agent_started'),
    t_ms,
    tui_version: nullableString,
    /** As run, token masked. */
    command: z.array(z.string()),
    wire: wireSchema,
    sandbox: sandboxSchema,
    direct_egress: z.enum(['blocked', 'possible']),
    limits: z.optional(z.array(heldLimitSchema)),
    workdir: z.string(),
    wiring: wiringSchema,
  }),
  z.object({ type: z.literal('agent_output'), t_ms, stream: z.enum(['stdout', 'stderr']), text: z.string() }),
  z.object({ type: z.literal('step'), t_ms, step: stepSchema }),
  z.object({ type: z.literal('model_call_started'), t_ms, n: z.int(), probe: z.boolean() }),
  z.object({
    type: z.literal('model_call_first_token'),
    t_ms,
    n: z.int(),
    probe: z.boolean(),
    after_ms: z.number(),
  }),
  z.object({ type: z.literal('model_call'), t_ms, call: modelCallSchema }),
  /** What differs from the start so far; the list anew each time, capped, litter left out. */
  z.object({
    type: z.literal('files'),
    t_ms,
    changes: z.array(fileChangeSchema),
    /** Beyond those that are listed. */
    more: z.optional(z.int()),
  }),
  z.object({
    type: z.literal('agent_stopped'),
    t_ms,
    stop_reason: stopReasonSchema,
    exit_code: z.nullable(z.int()),
    signal: nullableString,
    active_ms: z.number(),
  }),
  z.object({ type: z.literal('span'), t_ms, span: spanSchema }),
  z.object({
    type: z.literal('diff'),
    t_ms,
    tampering: z.array(tamperingSchema),
    litter: z.array(z.string()),
    left_out: z.array(z.string()),
    /** Unified diff of what the agent changed, litter left out, capped. */
    patch: z.string(),
  }),
  /** The tests ran; `passed` is the one answer they give. */
  z.object({ type: z.literal('tests'), t_ms, passed: z.boolean(), cases: z.array(testCaseSchema) }),
  z.object({
    type: z.literal('scored'),
    t_ms,
    scores: scoresSchema,
    unmeasured: z.record(z.string(), z.string()),
    tokens_known_subtotal: z.nullable(
      z.object({ prompt_tokens: z.number(), completion_tokens: z.number(), calls_with_usage: z.int() }),
    ),
  }),
  z.object({
    type: z.literal('run_ended'),
    t_ms,
    ...endingShape,
  }),
]);
export type RunEvent = z.infer<typeof runEventSchema>;
export type RunEventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;
export type FileChange = z.infer<typeof fileChangeSchema>;
