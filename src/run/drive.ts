import { randomBytes } from 'node:crypto';
import { driveAgent } from '../agents/drive.js';
import { pluginPaths } from '../agents/plugin.js';
import type { AgentStep } from '../agents/step.js';
import { wiringOf } from '../agents/wiring.js';
import { startMeter } from '../endpoint/meter/meter.js';
import type { MeterEvent } from '../endpoint/meter/meter-contract.js';
import { round } from '../host/clock.js';
import { defaultLimits } from '../sandbox/limits/limits.js';
import { type Budget, openBudget } from './budget.js';
import { watchFiles } from './file-watch.js';
import { outputEvents } from './output-events.js';
import type { HandlesWith, Phase, PhaseEnd } from './phase.js';
import type { Run } from './run.js';
import { toCallRecord, toStepRecord } from './to-record-form.js';
import type { Trace } from './trace.js';

/** Runs the agent behind the meter. Both have ended when the phase ends. */
export const drive: Phase<'ready' | 'prepared'> = {
  name: 'agent',
  needs: ['ready', 'prepared'],
  limitMs: ({ spec }) => spec.timeoutS * 1000,
  work: (run, handles) => run.external(driveMetered(run, handles)),
};

/** No process of the agent is alive when this returns. */
async function driveMetered(
  run: Run,
  { ready, prepared }: HandlesWith<'ready' | 'prepared'>,
): Promise<PhaseEnd> {
  const { trace, spec, dirs } = run;
  const { before } = prepared;
  /** The agent sees this token, never the key. */
  const token = `cab-${randomBytes(24).toString('hex')}`;
  const { adapter, task, model } = spec;
  const { canary, harbor } = task.manifest;
  const workspace = harbor?.workdir ?? dirs.workdir;
  const plugin_stack = spec.custom.plugins.map(({ name }) => name);

  const adapterRun = trace.open({ kind: 'adapter_run', name: `${adapter.id}:${task.id}`, parent_id: null });
  trace.open({ kind: 'tool_call', name: 'applied_plugins', parent_id: adapterRun.id }).end({
    tui: adapter.id,
    count: plugin_stack.length,
    applied: plugin_stack,
    env_keys: Object.keys(spec.custom.env),
    extra_args: spec.custom.args,
    applied_count: plugin_stack.length,
    skipped_count: 0,
  });
  const container = trace.open({
    kind: 'container',
    name: `${adapter.id}-run:${task.id}`,
    parent_id: adapterRun.id,
    attrs: { image: null, image_digest: null, model, sandbox: ready.sandbox.kind },
  });

  const budget = openBudget(spec.budget);
  const meter = await startMeter({
    upstream: ready.upstream,
    token,
    clock: trace.clock,
    socketPath: dirs.socket,
    translate: ready.wire === 'bridged',
    watchFor: canary === null ? [] : [canary],
    refuse: budget.refuse,
    ...(spec.captureDir !== null && { capture: { dir: spec.captureDir } }),
    on: (event) => {
      emitMeterEvent(run, event, { parent: container.id, budget });
    },
  });
  const ignored = adapter.projectConfig.flatMap((path) => [path, `${path}/**`]);
  const files = watchFiles({
    trace,
    workdir: dirs.workdir,
    before,
    manifest: task.manifest,
    ignored,
  });
  const output = outputEvents(trace);
  const hasAgentsMd = before.entries.has('AGENTS.md');
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
      custom: spec.custom,
      hostWorkspace: harbor && dirs.workdir,
      taskEnv: harbor?.env,
      sandbox: ready.sandbox,
      given: {
        readable: [...ready.agent.readable, ...ready.readable],
        named: pluginPaths(spec.custom.plugins),
        bound: prepared.bound,
        masked: ready.masked,
        meter: { port: meter.port, socketPath: dirs.socket },
      },
      pathDirs: ready.pathDirs,
      marker: run.marker,
      clock: trace.clock,
      limits: spec.limits ?? defaultLimits(),
      timeoutMs: spec.timeoutS * 1000,
      idleMs: spec.idleS * 1000,
      meter,
      stop: run.signals.stop,
      budgetSpent: budget.spent,
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
          wiring: wiringOf(adapter, { agentsMd: hasAgentsMd, custom: spec.custom }),
        }),
      onOutput: output.push,
      onStep,
    });
    output.end();
    await files.stop();
    await meter.close();
    const timedOut = result.stopReason === 'timed_out';
    container.end({ exit_code: result.exitCode, duration_s: result.activeMs / 1000, timed_out: timedOut });
    adapterRun.end({ timeout_s: spec.timeoutS, plugin_stack, exit_code: result.exitCode });
    trace.emit({
      type: 'agent_stopped',
      stop_reason: result.stopReason,
      exit_code: result.exitCode,
      signal: result.signal,
      active_ms: round(result.activeMs),
      limit_hit: result.limitHit,
      spent_on: budget.spentOn(),
      last_words: output.lastStderrLine(),
    });
    return {};
  } finally {
    await files.stop();
    await meter.close();
  }
}

/** Tells of a meter's event. An ended call counts in the budget, and is a span below `parent`. */
function emitMeterEvent(
  { trace, state }: Run,
  event: MeterEvent,
  { parent, budget }: { parent: string; budget: Budget },
): void {
  switch (event.type) {
    case 'capture_failed':
      trace.emit({
        type: 'warning',
        message: `Call ${event.index} could not be captured: ${event.error.message}`,
      });
      break;
    case 'watched':
      if (!state.answerRead) trace.emit({ type: 'answer_read', n: event.index });
      break;
    case 'started':
      trace.emit({ type: 'model_call_started', n: event.index, probe: false });
      break;
    case 'first_token':
      trace.emit({ type: 'model_call_first_token', n: event.index, probe: false, after_ms: event.afterMs });
      break;
    case 'ended': {
      const call = toCallRecord(event.call);
      budget.count(call);
      trace.emit({ type: 'model_call', call, text: event.call.text });
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

/** More than any task needs. It stops an agent that reports steps without end. */
const MAX_STEPS = 10_000;

function stepEvents(trace: Trace): (step: AgentStep) => void {
  let steps = 0;
  return (step) => {
    if (++steps <= MAX_STEPS) {
      trace.emit({ type: 'step', step: toStepRecord(step, steps, trace.clock.now()) });
    } else if (steps === MAX_STEPS + 1) {
      trace.emit({
        type: 'warning',
        message: 'The agent reported more than 10,000 steps; later steps are not saved.',
      });
    }
  };
}
