import * as z from 'zod/mini';
import { PROVISIONAL, recordSchema, SCHEMA_VERSION } from './record.js';

const nullableNumber = z.nullable(z.number());

/** A planned cell that never started. */
const notStartedSchema = z.object({
  tui: z.string(),
  model: z.string(),
  task_id: z.string(),
  /** One sentence. */
  why: z.string(),
});

/** What `check --json` prints for several cells. A stable format: snake_case, only additions within a major version. */
export const sweepSchema = z.object({
  schema_version: z.literal(SCHEMA_VERSION),
  provisional: z.literal(true),
  notice: z.literal(PROVISIONAL),
  demo: z.boolean(),
  sweep_id: z.string(),
  /** Exit code of this program. */
  exit_code: z.int(),
  counts: z.object({ passed: z.int(), failed: z.int(), unscored: z.int(), not_started: z.int() }),
  /** Means over the scored cells; null without any. */
  mean: z.object({ cells: z.int(), composite: nullableNumber, measured: nullableNumber }),
  /** In the order of the plan. */
  cells: z.array(recordSchema),
  not_started: z.array(notStartedSchema),
});
export type SweepRecord = z.infer<typeof sweepSchema>;
export type NotStarted = z.infer<typeof notStartedSchema>;
