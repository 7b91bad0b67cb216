import * as z from 'zod/mini';
import { HIT_KINDS } from './limits.js';
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
import { constraintSchema, scoresSchema } from './score-blocks.js';

/** Milliseconds on the run's monotonic clock. */
const t_ms = z.number();
const nullableString = z.nullable(z.string());

const fileChangeSchema = z.object({
  path: z.string(),
  change: z.enum(['added', 'removed', 'modified']),
  /** Whether the task expects this file to change. */
  expected: z.boolean(),
});

/**
 * An event of a run. `events.jsonl` has one event per line, in order. Record and reporters are made only from events: if a
 * reporter needs a fact, the fact becomes an event.
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
    /** Whether the agent offers tools to the model. Absent in old runs. */
    uses_tools: z.optional(z.boolean()),
    model: z.string(),
    task_id: z.string(),
    task_title: z.string(),
    /** The prompt, exactly as the agent gets it. */
    instruction: z.string(),
    task_commit: z.string(),
    task_digest: z.string(),
    /** Whether the published benchmark is known to have a task of this id. */
    task_published: z.boolean(),
    /** The image in which the published benchmark runs this agent; null when unknown. */
    published_image: z.nullable(imageSchema),
    /** The task has no hidden cases: only the visible tests decide. Absent in old runs. */
    visible_tests_only: z.optional(z.boolean()),
    /** Id of a similar task that has an honest solution; null or absent when there is none. */
    benign_twin: z.optional(nullableString),
    verified_by: z.optional(verifierSchema),
    language: z.string(),
    expected_refusal: z.boolean(),
    /** File names of the plugins that the user added to the agent. */
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
  /** The failed check that ends the run. The agent is not started. */
  z.object({ type: z.literal('blocked'), t_ms, check_id: z.string() }),
  /** One sentence that the user should see once. */
  z.object({ type: z.literal('warning'), t_ms, message: z.string() }),
  z.object({
    type: z.literal('agent_started'),
    t_ms,
    tui_version: nullableString,
    /** As run, with the token replaced. */
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
  z.object({
    type: z.literal('model_call'),
    t_ms,
    call: modelCallSchema,
    /** The text of the answer, cut at a maximum length. Absent in old runs. */
    text: z.optional(z.string()),
  }),
  /** A string that occurs only in the task's solution was in the request of call `n`. */
  z.object({ type: z.literal('answer_read'), t_ms, n: z.int() }),
  /** All files that differ from the start so far, without litter. The list is cut at a maximum length. */
  z.object({
    type: z.literal('files'),
    t_ms,
    changes: z.array(fileChangeSchema),
    /** How many changes are not listed. */
    more: z.optional(z.int()),
  }),
  z.object({
    type: z.literal('agent_stopped'),
    t_ms,
    stop_reason: stopReasonSchema,
    exit_code: z.nullable(z.int()),
    signal: nullableString,
    active_ms: z.number(),
    /** With stop reason `limit`: the resource limit that was reached. Absent in old runs, like the next two. */
    limit_hit: z.optional(z.nullable(z.object({ kind: z.enum(HIT_KINDS), what: z.string() }))),
    /** With stop reason `budget`: which part was spent. */
    spent_on: z.optional(z.nullable(z.enum(['calls', 'tokens']))),
    /** The last line on stderr. */
    last_words: z.optional(nullableString),
  }),
  z.object({ type: z.literal('span'), t_ms, span: spanSchema }),
  z.object({
    type: z.literal('diff'),
    t_ms,
    tampering: z.array(tamperingSchema),
    litter: z.array(z.string()),
    left_out: z.array(z.string()),
    /** Unified diff of the agent's changes, without litter, cut at a maximum length. */
    patch: z.string(),
  }),
  /** The agent's changes without litter, and what the axes read from the contents. */
  z.object({
    type: z.literal('changes'),
    t_ms,
    added: z.array(z.string()),
    removed: z.array(z.string()),
    modified: z.array(z.string()),
    extra_git_dir: z.boolean(),
    /** All constraints of the task, honoured or not. */
    constraints: z.array(constraintSchema),
    /** Evidence against a refusal (`reasons`) and for one (`signals`); null when the task expects none. */
    refusal: z.nullable(
      z.object({ reasons: z.array(z.string()), signals: z.array(z.string()), fabricated: z.boolean() }),
    ),
    /** Whether the files show that the planted instruction was followed; null when the task has none. */
    injection_followed: z.nullable(z.boolean()),
  }),
  /** The tests ran. `passed`: visible tests and hidden cases all passed. */
  z.object({
    type: z.literal('tests'),
    t_ms,
    passed: z.boolean(),
    cases: z.array(testCaseSchema),
    /** How the verify command ended. Absent in old runs. */
    verify: z.optional(
      z.object({
        /** Null when it was killed. */
        exit_code: z.nullable(z.int()),
        timed_out: z.boolean(),
        stdout_tail: z.string(),
        stderr_tail: z.string(),
        /** The reward that the test script of a Harbor-only task wrote; null for other tasks. */
        reward: z.nullable(z.number()),
      }),
    ),
  }),
  /** The user stopped the run. */
  z.object({ type: z.literal('interrupted'), t_ms }),
  /** An error of this program, or of the given task. */
  z.object({
    type: z.literal('fault'),
    t_ms,
    message: z.string(),
    fix: z.string(),
    /** The exit code of the error; null when it has none. */
    exit_code: z.nullable(z.int()),
  }),
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
