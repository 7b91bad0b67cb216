import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { acquireAgent } from '../agents/acquire.js';
import { probeEndpoint } from '../endpoint/probe.js';
import { findResponsesApi } from '../endpoint/responses-api.js';
import { UsageError } from '../errors.js';
import { type Outcome, runChecks } from './checks.js';
import { startDemo } from './demo.js';
import { machineChecks } from './machine-checks.js';
import type { Interval } from './overhead.js';
import { agentHost, type CellPlace, type CellPlan } from './plan.js';
import { publishedCall, round } from './published.js';
import type { Found, Ready } from './ready.js';
import type { Check } from './record.js';
import type { RunDirs } from './run-dirs.js';
import type { Trace } from './trace.js';

export interface PreflightOptions {
  trace: Trace;
  plan: CellPlan;
  place: CellPlace;
  dirs: RunDirs;
  marker: string;
  stop: AbortSignal;
  /** Called, when the run is over, to end what preflight started for it. */
  onClose(close: () => Promise<void>): void;
}

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
const SYSTEM_DIRS = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'];

/** Checks the machine, then the endpoint, then installs the agent if need be: nothing is downloaded for a dead endpoint. */
export async function preflight(options: PreflightOptions): Promise<Preflight> {
  const { trace, place } = options;
  const found: Found = { binDirs: [], readable: [await realpath(place.node)], caches: [] };
  const elsewhere: Interval[] = [];
  const timed = async <T>(work: Promise<T>): Promise<T> => {
    const startMs = trace.clock.now();
    return work.finally(() => elsewhere.push({ startMs, endMs: trace.clock.now() }));
  };

  const failed =
    (await runChecks(trace, machineChecks(options, found, timed))) ??
    (await checkEndpoint(options, found, timed)) ??
    (found.toInstall ? await installAgent(options, found, found.toInstall, timed) : null);
  const { git, agent, sandbox, upstream, readable, caches } = found;
  if (failed || !git || !agent || !sandbox || !upstream) return { ready: null, failed, elsewhere };
  const pathDirs = pathOf(found, place);
  const wire = await timed(wireOf(options, upstream));
  return {
    ready: { git, agent, sandbox, upstream, wire, pathDirs, readable, masked: maskedAt(place), caches },
    failed: null,
    elsewhere,
  };
}

const maskedAt = ({ home, cacheDir, masked }: CellPlace) => [home, cacheDir, ...masked];

/** Agents that speak the Responses API alone work on any endpoint: what it lacks is translated. */
async function wireOf({ plan, stop }: PreflightOptions, upstream: Ready['upstream']): Promise<Ready['wire']> {
  if (plan.adapter.wire === 'chat') return 'chat';
  const has = await findResponsesApi(upstream, { timeoutMs: RESPONSES_TIMEOUT_MS, signal: stop });
  return has === false ? 'bridged' : 'responses';
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
  return checks.find(({ status }) => status === 'fail') ?? null;
}

function pathOf({ binDirs }: Found, { node }: CellPlace): string[] {
  return [...new Set([...binDirs, dirname(node), ...SYSTEM_DIRS])];
}

/** The endpoint of the plan; for the demo, one that is started here. */
async function openEndpoint(options: PreflightOptions, found: Found): Promise<Ready['upstream']> {
  const { plan, dirs, marker, place } = options;
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
    pathDirs: pathOf(found, place),
    readable: found.readable,
    masked: maskedAt(place),
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
  const { trace, plan, place, stop } = options;
  const { id } = plan.adapter;
  const progress = { type: 'acquire_progress', agent: id, version: pin.version } as const;
  let unusable: UsageError | null = null;
  const run = async (): Promise<Outcome> => {
    const installing = acquireAgent(plan.adapter, pin, {
      host: agentHost(place),
      signal: stop,
      onProgress: (bytes, done) => trace.emit({ ...progress, bytes_on_disk: bytes, done }),
    });
    found.agent = await timed(installing).catch((error: unknown) => {
      if (error instanceof UsageError) unusable = error;
      throw error;
    });
    return { status: 'ok', detail: `${found.agent.version ?? pin.version} installed` };
  };
  const failed = await runChecks(trace, [{ id: 'install', title: `install ${id}`, run }]);
  if (unusable !== null) throw unusable;
  return failed;
}
