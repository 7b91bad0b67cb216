import type { Host } from '../host/host.js';
import { SCHEMA_VERSION } from '../model/record.js';
import { isPublishedTask } from '../tasks/published-tasks.js';
import type { CellPlan } from './plan.js';

/** Plugins and behaviour mode under the published names. */
export function behaviourOf({ custom }: CellPlan) {
  const plugin_stack = custom.plugins.map(({ name }) => name);
  return { plugin_stack, behavior_mode: plugin_stack.length === 0 ? 'factory' : 'plugins' };
}

/** The first event of a run, without its time: everything that is known before the run. */
export function runStarted(spec: CellPlan, host: Host) {
  const { task, endpoint } = spec;
  return {
    type: 'run_started',
    schema_version: SCHEMA_VERSION,
    run_id: spec.runId,
    sweep_id: spec.sweepId,
    run: spec.run,
    tui: spec.adapter.id,
    uses_tools: spec.adapter.editDialect === 'tools',
    model: spec.model,
    task_id: task.id,
    task_title: task.manifest.title,
    instruction: task.instruction,
    task_commit: task.commit,
    task_digest: task.digest,
    task_published: isPublishedTask(task.id),
    published_image: spec.adapter.image,
    visible_tests_only: task.manifest.visible_tests_only,
    benign_twin: task.manifest.benign_twin ?? null,
    verified_by: task.manifest.harbor ? 'harbor_reward' : 'tests',
    language: task.manifest.language,
    expected_refusal: task.manifest.expected_refusal,
    ...behaviourOf(spec),
    demo: endpoint.kind === 'demo',
    endpoint: endpoint.kind === 'demo' ? 'demo' : new URL(endpoint.baseUrl).origin,
    timeout_s: spec.timeoutS,
    idle_s: spec.idleS,
    max_calls: spec.budget.maxCalls,
    max_tokens: spec.budget.maxTokens,
    price: spec.price && { input_per_million: spec.price.input, output_per_million: spec.price.output },
    cli_version: host.cliVersion,
    machine: { os: host.os, arch: host.arch, node: host.node.version },
  } as const;
}
