import { findLocalServers } from '../endpoint/probe/find-local-servers.js';
import { type FullProbeResult, fullProbe } from '../endpoint/probe/full-probe.js';
import { normaliseEndpoint } from '../endpoint/probe/normalise-endpoint.js';
import { type Clock, round, startClock } from '../host/clock.js';
import { ExitCode } from '../model/errors.js';
import type { Check } from '../model/record.js';
import { doctorReport } from '../reporters/documents/doctor-report.js';
import { toJson } from '../reporters/documents/json.js';
import { runChecks } from '../run/checks.js';
import { scrubber } from '../run/trace.js';
import { type GivenEndpoint, givenEndpoint, takeKey } from './choose-endpoint.js';
import { costNotes, localLines, nextCommand, toDoctorRecord } from './doctor-findings.js';
import { agentSpecs, machineSpecs } from './doctor-machine.js';
import { type CliIo, putDocument, sayPainted } from './io.js';
import { openHost } from './open-host.js';
import type { DoctorFlags } from './options/doctor.js';
import { colourOn } from './terminal.js';

/** The `doctor` command: checks this machine and the endpoint, or searches for local servers. Runs no cell. */
export async function doctor(flags: DoctorFlags, io: CliIo): Promise<ExitCode> {
  const given = await givenEndpoint(flags, takeKey(io.env), io);
  const endpoint = given === null ? null : { ...given, ...normaliseEndpoint(given.url) };
  const host = openHost(io);
  const colour = colourOn(io.stdout, flags, io.env);
  const report = doctorReport({ width: io.stdout.columns ?? 100, colour });
  const clock = startClock();
  const checks: Check[] = [];
  const show = (lines: readonly string[], results: readonly Check[] = []) => {
    checks.push(...results);
    if (flags.json) return;
    for (const line of [...lines, ...results.flatMap(report.check)])
      sayPainted(io.stdout, `${line}\n`, colour);
  };
  // The parts run in parallel, but are shown in order.
  let shown = Promise.resolve();
  const showNext = (lines: readonly string[], results: Promise<Check[]> | Check[] = []) => {
    shown = Promise.all([results, shown]).then(([ready]) => show(lines, ready));
    // Avoids an unhandled rejection; `await shown` throws it again.
    shown.catch(() => {});
  };

  showNext(report.section('Machine'), runChecks(machineSpecs(host), clock));
  showNext(report.section('Agents'), runChecks(agentSpecs(host), clock));
  const local = endpoint === null ? await findLocalServers({}) : null;
  if (local !== null) showNext(localLines(local, report));
  if (endpoint !== null) showNext(report.section(`Endpoint ${endpoint.baseUrl}`));
  const examination =
    endpoint === null
      ? null
      : await examine(endpoint, flags, clock, (check) => {
          showNext([], [check]);
        });
  await shown;

  const exitCode = checks.some(({ status }) => status === 'fail') ? ExitCode.preflight : ExitCode.passed;
  show(report.closing(checks, costNotes(examination), nextCommand(exitCode, examination, local, flags)));
  if (flags.json) putDocument(io.stdout, toJson(toDoctorRecord(exitCode, host, checks, examination, local)));
  return exitCode;
}

async function examine(
  endpoint: GivenEndpoint & { baseUrl: string; correction: string | null },
  { timeout }: DoctorFlags,
  clock: Clock,
  onCheck: (check: Check) => void,
): Promise<FullProbeResult> {
  const { key, model } = endpoint;
  // The endpoint may echo the key.
  const scrub = scrubber(key);
  let lastMs = clock.now();
  return fullProbe({
    endpoint,
    key,
    model,
    clock,
    timeoutMs: timeout * 1000,
    onCheck(check) {
      const nowMs = clock.now();
      onCheck(scrub({ ...check, elapsed_ms: round(nowMs - lastMs) }));
      lastMs = nowMs;
    },
  });
}
