import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { writeQuickTask } from '../attacks/quick-task.js';
import { type CliResult, type Running, Visitor } from '../e2e/cli.js';
import { isObject, type JsonObject } from './json.js';
import { loopAgent } from './loop-agent.js';
import { normaliseRun, normaliseSweep, type RunFiles } from './normalise-run.js';
import { normaliseText } from './normalise-text.js';
import type { Known } from './normalise-values.js';
import type { Scenario } from './scenario.js';
import { MODEL, type ScriptedEndpoint, startScriptedEndpoint } from './scripted-endpoint.js';

const ROOT = join(import.meta.dirname, '../..');
const KEY = 'sk-golden-0123456789abcdef';

/** What a scenario left, normalised: a recording. */
export interface Recording {
  events: string;
  record: string;
  /** Command, exit code, stdout and stderr. */
  text: string;
}

/** Runs a scenario with the built program. */
export async function recordRun(scenario: Scenario): Promise<Recording> {
  using visitor = new Visitor();
  const endpoint = scenario.script && (await startScriptedEndpoint(scenario.script));
  try {
    scenario.prepare?.(visitor.dir);
    const argv = argvOf(scenario, visitor, endpoint);
    const result = await visitor.run(argv, {
      env: { CAB_KEY: endpoint ? KEY : '', NO_COLOR: '1', ...envOf(scenario, visitor) },
      ...(scenario.signal && { whileRunning: (run) => sendSignal(scenario, run, endpoint) }),
    });
    return recordingOf(visitor, argv, result, scenario);
  } finally {
    endpoint?.close();
  }
}

function argvOf(scenario: Scenario, { dir }: Visitor, endpoint: ScriptedEndpoint | null): string[] {
  const own = (scenario.argv ?? []).map((word) => word.replaceAll('DIR', dir));
  const namesTask = own.some((word) => word === '--task' || word === '--repo');
  const task = { verifier: 'grep -q mended src/a.txt', ...scenario.task };
  const lacks = (flag: string) => !own.includes(flag);
  return [
    'check',
    ...(endpoint ? ['--endpoint', endpoint.url, '--model', MODEL] : []),
    ...(namesTask ? [] : ['--task', writeQuickTask(join(dir, 'task'), task)]),
    // One binary is one agent's.
    ...(lacks('--tui') ? ['--agent-bin', loopAgent(dir, scenario.agent)] : []),
    // The same on every machine; what a sandbox holds has tests of its own.
    ...(lacks('--sandbox') ? ['--sandbox', 'off'] : []),
    ...(lacks('--json') ? ['--reporter', 'plain'] : []),
    ...own,
  ];
}

function envOf({ env = {} }: Scenario, { dir }: Visitor): Record<string, string> {
  const entries = Object.entries(env).map(([name, value]) => [name, value.replaceAll('DIR', dir)]);
  return Object.fromEntries(entries);
}

async function sendSignal({ signal }: Scenario, { pid }: Running, endpoint: ScriptedEndpoint | null) {
  while (signal && endpoint && endpoint.mainCalls() < signal.afterMainCalls) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  if (signal) process.kill(pid, signal.send);
}

/** What is saved and printed so far, normalised. */
function recordingOf(
  visitor: Visitor,
  argv: readonly string[],
  result: CliResult,
  { overlaps = false }: Pick<Scenario, 'overlaps'> = {},
): Recording {
  const runs = savedRuns(visitor);
  const known = knownTexts(visitor, runs);
  const clean = runs.map((run) => normaliseRun(run, known));
  const records = runs.map(({ record }) => record);
  const text = (printed: string) => normaliseText(printed, known, records);
  const stderr = text(result.stderr);
  return {
    events: clean.map(({ events, record }) => lines([titleOf(record), ...events.map(line)])).join('\n'),
    record: clean.map(({ record }) => lines([titleOf(record), ...fieldLines(record)])).join('\n'),
    text: lines([
      `$ codingagentbench ${text(argv.join(' '))}`,
      `exit ${result.code}`,
      '--- stdout',
      argv.includes('--json') ? sweepText(result.stdout, known) : text(result.stdout),
      '--- stderr',
      overlaps ? stderr.split('\n').toSorted().join('\n').trim() : stderr,
    ]),
  };
}

/** A line for each field, and for each item of a list. */
const fieldLines = (record: JsonObject) =>
  Object.entries(record).flatMap(([key, value]) =>
    Array.isArray(value) && value.some(isObject)
      ? [`${key}:`, ...value.map((item) => `  ${JSON.stringify(item)}`)]
      : [`${key}: ${JSON.stringify(value)}`],
  );
const line = (event: JsonObject) => JSON.stringify(event);
const sweepText = (printed: string, known: readonly Known[]) =>
  lines(fieldLines(normaliseSweep(parsed(printed), known)));
const lines = (parts: readonly string[]) => `${parts.join('\n')}\n`;
const titleOf = ({ tui, model, task_id }: JsonObject) => `# ${tui} × ${model} × ${task_id}`;

/** Every saved run, in an order of its cell and not of its id. */
function savedRuns({ home }: Visitor): RunFiles[] {
  const dir = join(home, '.local/share/codingagentbench/runs');
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((id) => existsSync(join(dir, id, 'record.json')))
    .map((id) => ({
      events: readFileSync(join(dir, id, 'events.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map(parsed),
      record: parsed(readFileSync(join(dir, id, 'record.json'), 'utf8')),
    }))
    .sort((a, b) => (cellOf(a.record) < cellOf(b.record) ? -1 : 1));
}

/** The start too: runs of one cell follow one another. */
const cellOf = (record: JsonObject) => `${titleOf(record)} ${record.run} ${record.started_at}`;

function parsed(json: string): JsonObject {
  const value = JSON.parse(json);
  if (!isObject(value)) throw new Error(`no object: ${json.slice(0, 80)}`);
  return value;
}

/** Texts that this visitor and these runs alone have; the longest first, for one may hold another. */
export function knownTexts({ dir }: Visitor, runs: readonly RunFiles[]): Known[] {
  const places: Known[] = [
    [realpathSync(dir), 'DIR'],
    [dir, 'DIR'],
    [ROOT, 'PACKAGE'],
    [process.execPath, 'NODE'],
  ];
  const ids = runs.map(
    ({ record }, i): Known => [String(record.run_id), runs.length === 1 ? 'RUN' : `RUN-${i + 1}`],
  );
  return [...places, ...ids].toSorted(([a], [b]) => b.length - a.length);
}
