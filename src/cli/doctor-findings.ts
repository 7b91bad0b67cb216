import { PROBE_TOKENS } from '../endpoint/probe/chat-caller.js';
import type { LocalServer } from '../endpoint/probe/find-local-servers.js';
import type { FullProbeResult } from '../endpoint/probe/full-probe.js';
import type { Host } from '../host/host.js';
import { ExitCode } from '../model/errors.js';
import type { Check } from '../model/record.js';
import type { DoctorReport } from '../reporters/documents/doctor-report.js';
import { integer, plural } from '../reporters/documents/format.js';
import { toCallRecord } from '../run/to-record-form.js';
import { commandLine } from './suggested-commands.js';

/** Lines for the servers found on this machine. */
export function localLines(servers: readonly LocalServer[], report: DoctorReport): string[] {
  const title = report.section('Servers on this machine');
  if (servers.length === 0) {
    return [...title, ...report.item('none', 'No server answers on the usual ports of 127.0.0.1.')];
  }
  const items = servers.flatMap(({ baseUrl, server, models }) => {
    const name = server === null ? 'unknown server' : server.name;
    const version = server?.version ? `${server.version}, ` : '';
    return report.item(name, `${version}${baseUrl}: ${models === null ? 'needs a key' : modelsText(models)}`);
  });
  return [...title, ...items];
}

function modelsText(models: readonly string[]): string {
  if (models.length === 0) return 'no model loaded';
  return models.slice(0, 5).join(', ') + (models.length > 5 ? ` and ${models.length - 5} more` : '');
}

/** Time and tokens that the questions to the model took. */
export function costNotes(examination: FullProbeResult | null): string[] {
  if (examination === null || examination.calls.length === 0) return [];
  const { calls } = examination;
  const tokens = calls.map(({ promptTokens, completionTokens }) =>
    promptTokens === null || completionTokens === null ? null : promptTokens + completionTokens,
  );
  const knownTokens = tokens.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  const unknown = tokens.filter((each) => each === null).length;
  const seconds = calls.reduce((sum, { latencyMs }) => sum + latencyMs, 0) / 1000;
  const rest = unknown > 0 ? `, and ${unknown} of them reported no usage` : '';
  const took = `${plural(calls.length, 'question')} took the model ${seconds.toFixed(1)}s and ${plural(knownTokens, 'token')}`;
  return [`${took}${rest}; ${integer(PROBE_TOKENS)} is the limit.`];
}

/** The command to run next; null when something has to be fixed first. */
export function nextCommand(
  exitCode: ExitCode,
  examination: FullProbeResult | null,
  local: readonly LocalServer[] | null,
  { keyFile }: { keyFile?: string },
): string | null {
  if (exitCode !== ExitCode.passed) return null;
  if (examination !== null) {
    const { baseUrl, model } = examination;
    if (model === null) return null;
    const key = keyFile === undefined ? [] : ['--key-file', keyFile];
    return commandLine(['check', '--endpoint', baseUrl, '--model', model, ...key]);
  }
  const ready = local?.find(({ models }) => models !== null && models.length > 0);
  if (ready === undefined) return commandLine(['check', '--demo']);
  return commandLine(['doctor', '--endpoint', ready.baseUrl, '--model', ready.models?.[0] ?? '']);
}

/** The JSON object of `doctor --json`. */
export function toDoctorRecord(
  exitCode: ExitCode,
  host: Host,
  checks: readonly Check[],
  examination: FullProbeResult | null,
  local: readonly LocalServer[] | null,
) {
  return {
    exit_code: exitCode,
    cli_version: host.cliVersion,
    machine: { os: host.os, arch: host.arch, node: host.node.version },
    checks,
    endpoint:
      examination === null
        ? null
        : {
            base_url: examination.baseUrl,
            server: examination.server,
            model: examination.model,
            context_tokens: examination.contextTokens,
            responses_api: examination.responsesApi,
            model_calls: examination.calls.map(toCallRecord),
          },
    local_servers:
      local?.map(({ baseUrl, server, models }) => ({ base_url: baseUrl, server, models })) ?? null,
  };
}
