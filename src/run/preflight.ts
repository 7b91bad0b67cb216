import { acquireAgent } from '../agents/acquire.js';
import { probeEndpoint } from '../endpoint/probe/probe.js';
import { findResponsesApi } from '../endpoint/probe/responses-api.js';
import { toolsOf } from '../grading/workbench.js';
import { UsageError } from '../model/errors.js';
import type { Check } from '../model/record.js';
import { hiddenOn } from '../sandbox/masked-places.js';
import { type CheckSpec, firstFailure, type Outcome, runChecks } from './checks.js';
import { startDemo } from './demo.js';
import { machineChecks } from './machine-checks.js';
import type { Interval } from './overhead.js';
import type { PreflightOptions } from './preflight-options.js';
import { publishedCall, round } from './published.js';
import type { Found, Ready } from './ready.js';
import type { Trace } from './trace.js';

export interface Preflight {
  /** Null: `failed` says why. */
  ready: Ready | null;
  failed: Check | null;
  /** Stretches that were the endpoint's or the registry's time, not ours. */
  elsewhere: Interval[];
}

/** A local server may have to load the model first. */
const PROBE_TIMEOUT_MS = 60_000;
const RESPONSES_TIMEOUT_MS = 5_000;

/** Checks the machine, then the endpoint, then installs the agent if need be: nothing is downloaded for a dead endpoint. */
export async function preflight(options: PreflightOptions): Promise<Preflight> {
  const { trace, host } = options;
  const found: Found = { toolchains: [], caches: [] };
  const elsewhere: Interval[] = [];
  const timed = async <T>(work: Promise<T>): Promise<T> => {
    const startMs = trace.clock.now();
    return work.finally(() => elsewhere.push({ startMs, endMs: trace.clock.now() }));
  };

  const failed =
    (await firstFailing(trace, machineChecks(options, found, timed))) ??
    (await checkEndpoint(options, found, timed)) ??
    (found.toInstall ? await installAgent(options, found, found.toInstall, timed) : null);
  const { git, agent, sandbox, upstream } = found;
  if (failed || !git || !agent || !sandbox || !upstream) return { ready: null, failed, elsewhere };
  const tools = await toolsOf(found.toolchains, found.caches, host);
  const wire = await timed(wireOf(options, upstream));
  return {
    ready: { git, agent, sandbox, upstream, wire, masked: maskedOf(options), ...tools },
    failed: null,
    elsewhere,
  };
}

async function firstFailing(trace: Trace, specs: readonly CheckSpec[]): Promise<Check | null> {
  return firstFailure(await runChecks(specs, trace.clock, (check) => trace.emit({ type: 'check', check })));
}

/** Agents that speak the Responses API alone work on any endpoint: what it lacks is translated. */
async function wireOf({ plan, stop }: PreflightOptions, upstream: Ready['upstream']): Promise<Ready['wire']> {
  if (plan.adapter.wire === 'chat') return 'chat';
  const has = await findResponsesApi(upstream, { timeoutMs: RESPONSES_TIMEOUT_MS, signal: stop });
  return has === false ? 'bridged' : 'responses';
}

/** What neither agent nor tests may see. */
function maskedOf({ host, plan }: PreflightOptions) {
  return [...hiddenOn(host), ...plan.masked];
}

type Timed = <T>(work: Promise<T>) => Promise<T>;

/** One streamed tool round trip, shown and never counted to the agent. */
async function checkEndpoint(options: PreflightOptions, found: Found, timed: Timed): Promise<Check | null> {
  const { trace, plan, stop } = options;
  const startMs = trace.clock.now();
  const upstream = await openEndpoint(options, found);
  const timeoutMs = Math.min(PROBE_TIMEOUT_MS, plan.timeoutS * 1000);
  const probe = await timed(
    probeEndpoint({ ...upstream, model: plan.model, clock: trace.clock, timeoutMs, signal: stop }),
  );
  found.upstream = { ...upstream, baseUrl: probe.baseUrl };
  for (const call of probe.calls) trace.emit({ type: 'model_call', call: publishedCall(call) });
  const elapsed_ms = round(trace.clock.now() - startMs);
  const checks = probe.checks.map((check): Check => ({ ...check, elapsed_ms }));
  for (const check of checks) trace.emit({ type: 'check', check });
  return firstFailure(checks);
}

/** The endpoint of the plan; for the demo, one that is started here. */
async function openEndpoint(options: PreflightOptions, found: Found): Promise<Ready['upstream']> {
  const { plan, dirs, marker, host } = options;
  const { sandbox, git } = found;
  if (plan.endpoint.kind === 'real') return plan.endpoint;
  if (!sandbox || !git) throw new Error('the machine is checked before the endpoint is opened');
  const { script } = plan.endpoint;
  const demo = await startDemo({
    script,
    task: plan.task,
    dialect: plan.adapter.editDialect,
    dirs,
    sandbox,
    git,
    marker,
    ...(await toolsOf(found.toolchains, found.caches, host)),
    masked: maskedOf(options),
  });
  options.onClose(demo.close);
  return demo;
}

/** Errors: UsageError for a cache that the user gave and that nothing can be kept in. */
async function installAgent(
  options: PreflightOptions,
  found: Found,
  pin: NonNullable<Found['toInstall']>,
  timed: Timed,
): Promise<Check | null> {
  const { trace, plan, host, stop } = options;
  const { id } = plan.adapter;
  const progress = { type: 'acquire_progress', agent: id, version: pin.version } as const;
  let unusable: UsageError | null = null;
  const run = async (): Promise<Outcome> => {
    const installing = acquireAgent(plan.adapter, pin, {
      host,
      signal: stop,
      onProgress: (bytes, done) => trace.emit({ ...progress, bytes_on_disk: bytes, done }),
    });
    found.agent = await timed(installing).catch((error: unknown) => {
      if (error instanceof UsageError) unusable = error;
      throw error;
    });
    return { status: 'ok', detail: `${found.agent.version ?? pin.version} installed` };
  };
  const failed = await firstFailing(trace, [{ id: 'install', title: `install ${id}`, run }]);
  if (unusable !== null) throw unusable;
  return failed;
}
