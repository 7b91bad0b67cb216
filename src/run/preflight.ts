import { installFromRegistry } from '../agents/install.js';
import { probeEndpoint } from '../endpoint/probe/probe.js';
import { findResponsesApi } from '../endpoint/probe/probe-server.js';
import { toolsOf } from '../grading/workbench.js';
import { round } from '../host/clock.js';
import { UsageError } from '../model/errors.js';
import type { Check } from '../model/record.js';
import { hiddenPaths } from '../sandbox/masked-paths.js';
import { type CheckResult, type CheckSpec, firstFailure, runChecks } from './checks.js';
import { startDemo } from './demo.js';
import type { PreflightResults, Ready } from './handles.js';
import { machineChecks } from './machine-checks.js';
import type { Phase } from './phase.js';
import type { Run } from './run.js';
import { toCallRecord } from './to-record-form.js';

/** A local server may have to load the model first. */
const PROBE_TIMEOUT_MS = 60_000;
const RESPONSES_TIMEOUT_MS = 5_000;

/** Checks the machine and the endpoint, then installs the agent if necessary. Nothing is downloaded for a dead endpoint. */
export const preflight: Phase<never> = {
  name: 'preflight',
  needs: [],
  limitMs: () => null,
  async work(run) {
    const results: PreflightResults = { toolchains: [], caches: [] };
    const blocked =
      (await runAll(run, machineChecks(run, results))) ??
      (await checkEndpoint(run, results)) ??
      (await installAgent(run, results));
    if (blocked) return { ok: false, events: [{ type: 'blocked', check_id: blocked.id }] };
    const { git, agent, sandbox, upstream } = results;
    if (!git || !agent || !sandbox || !upstream) throw new Error('a check passed without a result');
    const tools = await toolsOf(results.toolchains, results.caches, run.host);
    const wire = await run.external(wireOf(run, upstream));
    return { handles: { ready: { git, agent, sandbox, upstream, wire, masked: maskedOf(run), ...tools } } };
  },
};

async function runAll({ trace }: Run, specs: readonly CheckSpec[]): Promise<Check | null> {
  return firstFailure(await runChecks(specs, trace.clock, (check) => trace.emit({ type: 'check', check })));
}

/** An agent that speaks only the Responses API works with any endpoint: its calls are translated to chat if necessary. */
async function wireOf({ spec, signals }: Run, upstream: Ready['upstream']): Promise<Ready['wire']> {
  if (spec.adapter.wire === 'chat') return 'chat';
  const has = await findResponsesApi(upstream, { timeoutMs: RESPONSES_TIMEOUT_MS, signal: signals.stop });
  return has === false ? 'bridged' : 'responses';
}

/** Paths that neither agent nor tests may see. */
function maskedOf({ host, spec }: Run) {
  return [...hiddenPaths(host), ...spec.masked];
}

/** Makes one streamed tool round trip. Its calls are shown, but not counted as the agent's. */
async function checkEndpoint(run: Run, results: PreflightResults): Promise<Check | null> {
  const { trace, spec, signals } = run;
  const startMs = trace.clock.now();
  const upstream = await openEndpoint(run, results);
  const timeoutMs = Math.min(PROBE_TIMEOUT_MS, spec.timeoutS * 1000);
  const probe = await run.external(
    probeEndpoint({ ...upstream, model: spec.model, clock: trace.clock, timeoutMs, signal: signals.stop }),
  );
  results.upstream = { ...upstream, baseUrl: probe.baseUrl };
  for (const call of probe.calls) trace.emit({ type: 'model_call', call: toCallRecord(call) });
  const elapsed_ms = round(trace.clock.now() - startMs);
  const checks = probe.checks.map((check): Check => ({ ...check, elapsed_ms }));
  for (const check of checks) trace.emit({ type: 'check', check });
  return firstFailure(checks);
}

/** Returns the endpoint of the plan, or starts that of the demo. */
async function openEndpoint(run: Run, results: PreflightResults): Promise<Ready['upstream']> {
  const { endpoint } = run.spec;
  const { sandbox, git } = results;
  if (endpoint.kind === 'real') return endpoint;
  if (!sandbox || !git) throw new Error('the machine is checked before the endpoint is opened');
  const tools = await toolsOf(results.toolchains, results.caches, run.host);
  const demo = await startDemo(run, endpoint.script, { sandbox, git, ...tools, masked: maskedOf(run) });
  run.onClose(demo.close);
  return demo;
}

/** @throws UsageError when nothing can be written to the cache directory that the user gave */
async function installAgent(run: Run, results: PreflightResults): Promise<Check | null> {
  const { trace, spec, host, signals, external } = run;
  const pin = results.toInstall;
  if (!pin) return null;
  const { id } = spec.adapter;
  const progress = { type: 'acquire_progress', agent: id, version: pin.version } as const;
  let badCache: UsageError | null = null;
  const install = async (): Promise<CheckResult> => {
    const installing = installFromRegistry(spec.adapter, pin, {
      host,
      signal: signals.stop,
      onProgress: (bytes, done) => trace.emit({ ...progress, bytes_on_disk: bytes, done }),
    });
    results.agent = await external(installing).catch((error: unknown) => {
      if (error instanceof UsageError) badCache = error;
      throw error;
    });
    return { status: 'ok', detail: `${results.agent.version ?? pin.version} installed` };
  };
  const failed = await runAll(run, [{ id: 'install', title: `install ${id}`, run: install }]);
  if (badCache !== null) throw badCache;
  return failed;
}
