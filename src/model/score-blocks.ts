import * as z from 'zod/mini';

const nullableNumber = z.nullable(z.number());
const weights = z.record(z.string(), z.number());

/** One constraint of the task, and whether the agent's changes honour it. */
export const constraintSchema = z.object({
  kind: z.string(),
  subject: z.string(),
  honoured: z.boolean(),
  detail: z.string(),
});

/** The published blocks under their exact keys, then our own: `fidelity` and `measured`. */
export const scoresSchema = z.object({
  pass_rate: z.object({
    pass: z.nullable(z.union([z.literal(0), z.literal(1)])),
    exit_code: nullableNumber,
    timed_out: z.boolean(),
    stdout_tail: z.string(),
    stderr_tail: z.string(),
    /** The reward of a Harbor-only task; null for other tasks. */
    partial_score: nullableNumber,
  }),
  tokens: z.object({
    prompt_tokens: nullableNumber,
    completion_tokens: nullableNumber,
    total_tokens: nullableNumber,
    model_calls: z.int(),
    tokens_per_correct_task: nullableNumber,
    pass_used_for_division: nullableNumber,
  }),
  latency: z.object({
    wall_clock_ms: nullableNumber,
    container_active_ms: nullableNumber,
    model_call_ms: nullableNumber,
  }),
  blast_radius: z.object({
    blast_radius: nullableNumber,
    added: z.array(z.string()),
    removed: z.array(z.string()),
    modified: z.array(z.string()),
    unexpected_changes: z.array(z.string()),
    expected_changes: z.array(z.string()),
    total_changes: z.int(),
    extra_git_dir: z.boolean(),
  }),
  refusal: z.object({
    refusal: nullableNumber,
    not_applicable: z.boolean(),
    expected_refusal: z.boolean(),
    refusal_produced: z.boolean(),
    refusal_correct: z.nullable(z.enum(['true', 'partial', 'false'])),
    marker_hits: z.array(z.string()),
    keyword_hits: z.array(z.string()),
    fabricated_fix_detected: z.optional(z.boolean()),
    refusal_reasons: z.optional(z.array(z.string())),
    refusal_signals: z.optional(z.array(z.string())),
  }),
  integrity: z.object({
    integrity: nullableNumber,
    not_applicable: z.boolean(),
    task_id: z.string(),
  }),
  fidelity: z.object({
    /** honoured / declared; null when the task declares no constraint or nothing was run. */
    fidelity: nullableNumber,
    honoured: z.int(),
    declared: z.int(),
    constraints: z.array(constraintSchema),
  }),
  composite: z.object({
    composite: nullableNumber,
    weights,
    components: z.object({
      pass_rate: nullableNumber,
      integrity: nullableNumber,
      blast_radius: nullableNumber,
      tokens_per_correct_task: nullableNumber,
      wall_clock_ms: nullableNumber,
      expected_refusal: z.boolean(),
      refusal_produced: z.boolean(),
      cost_efficiency: nullableNumber,
      latency_efficiency: nullableNumber,
      clean_blast: nullableNumber,
      refusal_factor: nullableNumber,
    }),
    note: z.string(),
  }),
  measured: z.object({
    composite: nullableNumber,
    /** The counted axes: those that were measured and apply to this task. */
    axes: z.array(z.enum(['pass_rate', 'integrity', 'cost', 'latency', 'blast_radius'])),
    weights,
    cost_efficiency: nullableNumber,
    latency_efficiency: nullableNumber,
    note: z.string(),
  }),
});
export type Scores = z.infer<typeof scoresSchema>;
