import type { Json, JsonObject } from './json.js';

/** A text that this run alone has, and the name that stands for it in the recording. */
export type Known = readonly [text: string, name: string];

/** Keys whose number is a time or comes of one. Null stays null: whether something was measured is never hidden. */
const TIMES = new Set([
  't_ms',
  'at',
  'timestamp',
  'started_at',
  'ended_at',
  'start_ms',
  'duration_ms',
  'duration_s',
  'elapsed_ms',
  'active_ms',
  'after_ms',
  'latency_ms',
  'time_to_first_token_ms',
  'silent_ms',
  'wall_clock_ms',
  'container_active_ms',
  'model_call_ms',
  'overhead_ms',
]);

/** Below these keys every value is of the machine, of the version, or a time. */
const OF_THE_MACHINE: Record<string, string> = { machine: 'MACHINE', cli_version: 'VERSION' };

/** Text with what differs from machine to machine and from run to run under a name: known texts, ports, versions of tools. */
export function normaliseString(text: string, known: readonly Known[]): string {
  let out = text;
  for (const [from, to] of known) out = out.replaceAll(from, to);
  return out
    .replace(/codingagentbench-[a-z]+-\d+-\w+/g, 'RUNDIR')
    .replace(/\b127\.0\.0\.1:\d{4,5}\b/g, '127.0.0.1:PORT')
    .replace(/\blocal-\d{8}(-[0-9a-f]{6})?\b/g, 'SWEEP')
    .replace(/\(\/[^\s)]*\/bwrap\)/g, '(BWRAP)')
    .replace(/git version \d[^\s"]*( \([^)]*\))?/g, 'git version VERSION')
    .replace(/\bv?\d+\.\d+\.\d+ in \/[^\s"]*/g, 'NODE')
    .replace(/\banswered after \d+ ms/g, 'answered after N ms');
}

/** A value of an event or a record without times, machine and ids; everything else as it is. */
export function normaliseValue(value: Json, known: readonly Known[], key = ''): Json {
  if (value !== null && OF_THE_MACHINE[key]) return OF_THE_MACHINE[key];
  // What Node's test runner prints differs from version to version; the names of the tests stand in `tests`.
  if (key === 'stdout_tail' && String(value).includes('duration_ms')) return 'PRINTED BY NODE';
  if (typeof value === 'string') return TIMES.has(key) ? 'TIME' : normaliseString(value, known);
  if (typeof value === 'number') return normaliseNumber(value, key);
  if (Array.isArray(value)) {
    const items = key === 'limits' ? value.filter(heldEverywhere).map(limitAnywhere) : value;
    return items.map((item) => normaliseValue(item, known));
  }
  if (value === null || typeof value === 'boolean') return value;
  const entries = Object.entries(value).map(([name, item]): [string, Json] => [
    name,
    normaliseValue(item, known, key === 'phases' ? 'elapsed_ms' : name),
  ]);
  return Object.fromEntries(entries);
}

function normaliseNumber(value: number, key: string): Json {
  if (!TIMES.has(key)) return value;
  // No open call is a measured zero, and no time that happened to be short.
  return key === 'model_call_ms' && value === 0 ? 0 : 'TIME';
}

/** Only a kernel counts threads, and only where it lets this program ask. */
function heldEverywhere(limit: Json): boolean {
  return (limit as JsonObject).kind !== 'tasks';
}

/** Who holds a limit depends on the machine, and so does the default of the memory's. */
function limitAnywhere(limit: Json): Json {
  const { kind, ...held } = limit as JsonObject;
  return {
    kind: kind ?? null,
    limit: kind === 'memory' ? 'MEMORY' : (held.limit ?? null),
    held_by: 'HOLDER',
  };
}
