import * as z from 'zod/mini';
import { PROVISIONAL, recordSchema, SCHEMA_VERSION } from './record.js';

const nullableNumber = z.nullable(z.number());

/** A cell that was planned and never begun. */
const notStartedSchema = z.object({
  tui: z.string(),
  model: z.string(),
  task_id: z.string(),
  /** In a sentence. */
  why: z.string(),
});

/** What `check --json` prints of several cells. Published; snake_case; additions only within a major version. */
export const sweepSchema = z.object({
  schema_version: z.literal(SCHEMA_VERSION),
  provisional: z.literal(true),
  notice: z.literal(PROVISIONAL),
  demo: z.boolean(),
  sweep_id: z.string(),
  /** Of this program. */
  exit_code: z.int(),
  counts: z.object({ passed: z.int(), failed: z.int(), unscored: z.int(), not_started: z.int() }),
  /** Over the cells that were scored, and no others; null without one. */
  mean: z.object({ cells: z.int(), composite: nullableNumber, measured: nullableNumber }),
  /** In the order in which they were planned. */
  cells: z.array(recordSchema),
  not_started: z.array(notStartedSchema),
});
export type SweepRecord = z.infer<typeof sweepSchema>;
export type NotStarted = z.infer<typeof notStartedSchema>;
