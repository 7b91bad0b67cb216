import type { RunRecord } from '../../../model/record.js';
import { integer, seconds } from '../format.js';
import { type Field, fields, type Section } from './section.js';

const NO_CONTAINER = 'no container ran: the agent was driven on this machine';

/** What ran: the published fields first, then our own fields that identify a run. */
export function identitySection(record: RunRecord): Section {
  const { machine } = record;
  const published: Field[] = [
    { label: 'cell_id', value: record.cell_id },
    { label: 'sweep_id', value: record.sweep_id },
    { label: 'container_image', value: record.container_image, note: NO_CONTAINER },
    { label: 'image_digest', value: record.image_digest, note: NO_CONTAINER },
    { label: 'model_build_id', value: record.model_build_id, note: 'what the server called itself' },
    { label: 'exit_code', value: String(record.exit_code), note: 'of this program' },
  ];
  const own: Field[] = [
    { label: 'run_id', value: record.run_id, note: `repeat ${record.run}` },
    { label: 'tui_version', value: record.tui_version },
    { label: 'task_commit', value: record.task_commit },
    { label: 'task_digest', value: record.task_digest },
    ...(record.verified_by === 'harbor_reward'
      ? [
          {
            label: 'verified_by',
            value: record.verified_by,
            note: "the reward that the task's tests/test.sh wrote",
          },
        ]
      : []),
    { label: 'endpoint', value: record.endpoint },
    { label: 'wire', value: record.wire },
    { label: 'sandbox', value: record.sandbox, note: `direct egress ${record.direct_egress ?? 'unknown'}` },
    { label: 'limits', value: record.limits?.map(limitText).join(', ') ?? null },
    { label: 'plugin_stack', value: record.plugin_stack.join(', ') || '[]', note: record.behavior_mode },
    { label: 'cli_version', value: record.cli_version },
    { label: 'machine', value: `${machine.os} ${machine.arch}, node ${machine.node}` },
  ];
  return { id: 'identity', title: 'Run identity', blocks: [fields(...published), fields(...own)] };
}

/** `memory 18,432 MB (watch)`: the limit, and what enforced it. */
function limitText({ kind, limit, held_by }: NonNullable<RunRecord['limits']>[number]): string {
  const bytes = kind === 'memory' || kind === 'disk' || kind === 'file_size' || kind === 'output';
  return `${kind} ${bytes ? `${integer(Math.round(limit / (1024 * 1024)))} MB` : integer(limit)} (${held_by})`;
}

/** When it ran, its duration and its tokens. */
export function timingSection(record: RunRecord): Section {
  const { tokens } = record.scores;
  const outside = Object.entries(record.phases).map(([name, ms]) => `${name} ${seconds(ms)}`);
  return {
    id: 'timing',
    title: 'Timing',
    blocks: [
      fields(
        { label: 'started_at', value: record.started_at },
        { label: 'ended_at', value: record.ended_at },
        {
          label: 'duration',
          value: record.duration_s === null ? null : `${record.duration_s.toFixed(2)} s`,
          note: 'prepare, agent and cleanup',
        },
        {
          label: 'tokens',
          value: tokens.total_tokens === null ? 'not recorded' : integer(tokens.total_tokens),
          note: record.unmeasured.tokens ?? `${integer(tokens.model_calls)} model calls`,
        },
        { label: 'stop_reason', value: record.stop_reason },
        {
          label: 'overhead',
          value: record.overhead_ms === null ? null : seconds(record.overhead_ms),
          note: `this program's own; phases: ${outside.join(', ') || 'none'}`,
        },
      ),
    ],
  };
}
