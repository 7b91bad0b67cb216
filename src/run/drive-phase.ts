import { type DriveResult, driveAgent } from '../agents/drive.js';
import { plugInPaths } from '../agents/plugin.js';
import type { AgentStep } from '../agents/step.js';
import { wiringOf } from '../agents/wiring.js';
import { type MeterEvent, startMeter } from '../endpoint/meter/meter.js';
import type { Snapshot } from '../grading/snapshot.js';
import type { ModelCall } from '../model/model-call.js';
import { defaultLimits } from '../sandbox/limits/limits.js';
import type { BoundDir } from '../sandbox/sandbox.js';
import { openBudget } from './budget.js';
import { watchFiles } from './file-watch.js';
import { outputEvents } from './output-events.js';
import type { CellPlan } from './plan.js';
import { publishedCall, publishedStep } from './published.js';
import type { Ready } from './ready.js';
import type { RunDirs } from './run-dirs.js';
import type { Trace } from './trace.js';

export interface DrivePhase extends DriveResult {
  calls: readonly ModelCall[];
  /** The solution's canary stood in a model request: the answer was read. */
  canarySeen: boolean;
  /** The last line on stderr. */
  lastWords: string | null;
  /** With the stop reason `budget`: which limit was spent. */
  spentOn: 'calls' | 'tokens' | null;
}

export interface DrivePhaseOptions {
  trace: Trace;
  plan: CellPlan;
  ready: Ready;
  dirs: RunDirs;
  before: Snapshot;
  /** The task's dependencies, to be mounted in the workspace. */
  bound: readonly BoundDir[];
  /** Of the run, for its strays. */
  marker: string;
  /** All that the agent sees of a key. */
  token: string;
  stop: AbortSignal;
}

/** Starts the meter, lets the agent work, and ends both: nothing of the agent is alive when this returns. */
export async function drivePhase(options: DrivePhaseOptions): Promise<DrivePhase> {
  const { trace, plan, ready, dirs, token } = options;
  const { adapter, task, model } = plan;
  const { canary, harbor } = task.manifest;
  const workspace = harbor?.workdir ?? dirs.workdir;
  const plugin_stack = plan.custom.plugins.map(({ name }) => name);
  let canarySeen = false;

  const adapterRun = trace.open({ kind: 'adapter_run', name: `${adapter.id}:${task.id}`, parent_id: null });
  trace.open({ kind: 'tool_call', name: 'applied_plugins', parent_id: adapterRun.id }).end({
    tui: adapter.id,
    count: plugin_stack.length,
    applied: plugin_stack,
    env_keys: Object.keys(plan.custom.env),
    extra_args: plan.custom.args,
    applied_count: plugin_stack.length,
    skipped_count: 0,
  });
  const container = trace.open({
    kind: 'container',
    name: `${adapter.id}-run:${task.id}`,
    parent_id: adapterRun.id,
    attrs: { image: null, image_digest: null, model, sandbox: ready.sandbox.kind },
  });

  const budget = openBudget(plan.budget);
  const meter = await startMeter({
    upstream: ready.upstream,
    token,
    clock: trace.clock,
    socketPath: dirs.socket,
    bridge: ready.wire === 'bridged',
    watchFor: canary === null ? [] : [canary],
    refuse: budget.refuse,
    ...(plan.captureDir !== null && { capture: { dir: plan.captureDir } }),
    on: (event) => {
      if (event.type === 'ended') budget.count(event.call);
      if (event.type === 'watched') canarySeen = true;
      else emitCall(trace, event, container.id);
    },
  });
  const quiet = adapter.projectConfig.flatMap((path) => [path, `${path}/**`]);
  const files = watchFiles({
    trace,
    workdir: dirs.workdir,
    before: options.before,
    manifest: task.manifest,
    quiet,
  });
  const output = outputEvents(trace);
  const hasAgentsMd = options.before.entries.has('AGENTS.md');
  const onStep = stepEvents(trace);
  try {
    const result = await driveAgent({
      adapter,
      command: ready.agent.command,
      context: {
        workspace,
        home: dirs.home,
        tmp: dirs.agentTmp,
        baseUrl: meter.baseUrl,
        origin: new URL(meter.baseUrl).origin,
        token,
        model,
        prompt: task.instruction,
        agentsMd: hasAgentsMd ? `${workspace}/AGENTS.md` : null,
      },
      custom: plan.custom,
      workdir: harbor && dirs.workdir,
      taskEnv: harbor?.env,
      sandbox: ready.sandbox,
      given: {
        readable: [...ready.agent.readable, ...ready.readable],
        named: plugInPaths(plan.custom.plugins),
        bound: options.bound,
        masked: ready.masked,
        meter: { port: meter.port, socketPath: dirs.socket },
      },
      pathDirs: ready.pathDirs,
      marker: options.marker,
      clock: trace.clock,
      limits: plan.limits ?? defaultLimits(),
      timeoutMs: plan.timeoutS * 1000,
      idleMs: plan.idleS * 1000,
      meter,
      stop: options.stop,
      spent: budget.spent,
      onStarted: (command, held) =>
        trace.emit({
          type: 'agent_started',
          tui_version: ready.agent.version,
          command: command.map((word) => word.replaceAll(token, '[token]')),
          wire: ready.wire,
          sandbox: ready.sandbox.kind,
          direct_egress: ready.sandbox.directEgress,
          limits: [...held],
          workdir: dirs.workdir,
          wiring: wiringOf(adapter, { agentsMd: hasAgentsMd, custom: plan.custom }),
        }),
      onOutput: output.push,
      onStep,
    });
    output.end();
    await files.stop();
    await meter.close();
    const timedOut = result.stopReason === 'timed_out';
    container.end({ exit_code: result.exitCode, duration_s: result.activeMs / 1000, timed_out: timedOut });
    adapterRun.end({ timeout_s: plan.timeoutS, plugin_stack, exit_code: result.exitCode });
    trace.emit({
      type: 'agent_stopped',
      stop_reason: result.stopReason,
      exit_code: result.exitCode,
      signal: result.signal,
      active_ms: result.activeMs,
    });
    return {
      ...result,
      calls: meter.calls(),
      canarySeen,
      lastWords: output.lastWords(),
      spentOn: budget.spentOn(),
    };
  } finally {
    await files.stop();
    await meter.close();
  }
}

function emitCall(trace: Trace, event: Exclude<MeterEvent, { type: 'watched' }>, parent: string): void {
  switch (event.type) {
    case 'capture_failed':
      trace.emit({
        type: 'warning',
        message: `Call ${event.index} could not be captured: ${event.error.message}`,
      });
      break;
    case 'started':
      trace.emit({ type: 'model_call_started', n: event.index, probe: false });
      break;
    case 'first_token':
      trace.emit({ type: 'model_call_first_token', n: event.index, probe: false, after_ms: event.afterMs });
      break;
    case 'ended': {
      const call = publishedCall(event.call);
      trace.emit({ type: 'model_call', call });
      const { n, status, finish, prompt_tokens, completion_tokens } = call;
      trace.closed(
        {
          kind: 'model_call',
          name: `model_call:${n}`,
          parent_id: parent,
          attrs: { n, status, finish, prompt_tokens, completion_tokens },
        },
        event.call.startedAtMs,
        event.call.latencyMs,
        call.error,
      );
    }
  }
}

/** More than any work on a task takes, and an end for an agent that reports without one. */
const MAX_STEPS = 10_000;

function stepEvents(trace: Trace): (step: AgentStep) => void {
  let steps = 0;
  return (step) => {
    if (++steps <= MAX_STEPS) {
      trace.emit({ type: 'step', step: publishedStep(step, steps, trace.clock.now()) });
    } else if (steps === MAX_STEPS + 1) {
      trace.emit({
        type: 'warning',
        message: 'The agent reported more than 10,000 steps; the rest of them is not kept.',
      });
    }
  };
}
