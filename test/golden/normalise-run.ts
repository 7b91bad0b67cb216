import { isObject, type Json, type JsonObject, objectAt } from './json.js';
import { normaliseScores, withoutCharacters } from './normalise-scores.js';
import { type Known, normaliseValue } from './normalise-values.js';

/** One run as it lies on disk. */
export interface RunFiles {
  events: readonly JsonObject[];
  record: JsonObject;
}

/**
 * Events in an order that does not depend on the machine. Within a phase several sources speak at once; each source's
 * own order is kept, and the sources follow one another:
 * - preflight: warnings; checks of the machine, which run at once, by id; then the endpoint's calls and checks.
 * - agent: what leads to its start; the meter; its output, each stream in one piece, for how it is cut is chance; its
 *   steps; the last list of changed files, for how often they are looked at is chance; how it ended.
 */
export function inOrder(events: readonly JsonObject[]): JsonObject[] {
  const ordered: JsonObject[] = [];
  let phase: { name: string; events: JsonObject[] } | null = null;
  for (const event of events) {
    if (event.type === 'phase_started') {
      ordered.push(event);
      phase = { name: String(event.phase), events: [] };
    } else if (event.type === 'phase_ended') {
      ordered.push(...(phase ? sorted(phase.name, phase.events) : []), event);
      phase = null;
    } else (phase?.events ?? ordered).push(event);
  }
  return [...ordered, ...(phase?.events ?? [])];
}

function sorted(phase: string, events: readonly JsonObject[]): JsonObject[] {
  if (phase === 'preflight') {
    const machine = events.filter(isMachineCheck).sort(byId);
    const warnings = events.filter(({ type }) => type === 'warning');
    return [...warnings, ...machine, ...events.filter((e) => !isMachineCheck(e) && e.type !== 'warning')];
  }
  if (phase !== 'agent') return [...events];
  const files = events.findLast(({ type }) => type === 'files');
  const kept = events.filter(({ type }) => type !== 'files' && type !== 'agent_output');
  return [...kept, ...outputInOnePiece(events), ...(files ? [files] : [])].sort(
    (a, b) => source(a) - source(b),
  );
}

const isMachineCheck = ({ type, check }: JsonObject) =>
  type === 'check' && isObject(check) && !String(check.id).startsWith('endpoint.');

function byId(a: JsonObject, b: JsonObject): number {
  return String(objectAt(a, 'check').id) < String(objectAt(b, 'check').id) ? -1 : 1;
}

function outputInOnePiece(events: readonly JsonObject[]): JsonObject[] {
  return ['stdout', 'stderr'].flatMap((stream) => {
    const pieces = events.filter((event) => event.type === 'agent_output' && event.stream === stream);
    const [first] = pieces;
    return first ? [{ ...first, text: pieces.map(({ text }) => text).join('') }] : [];
  });
}

/** The place of an event's source among the sources of the agent's phase. */
function source({ type, span }: JsonObject): number {
  const kind = isObject(span) ? span.kind : null;
  if (kind === 'tool_call' || type === 'agent_started') return 0;
  if (kind === 'model_call' || String(type).startsWith('model_call')) return 1;
  const place = ['agent_output', 'step', 'files'].indexOf(String(type));
  return place < 0 ? 5 : place + 2;
}

/** One run without what differs from one time to the next. */
export function normaliseRun({ events, record }: RunFiles, known: readonly Known[]): RunFiles {
  const names = [...known, ...spanNames(events.map(({ span }) => span))];
  const demo = record.demo === true;
  return {
    events: inOrder(events.map((event) => clean(event, names, demo))),
    record: normaliseRecord(record, names),
  };
}

/** What `check --json` prints of several cells: a mean stands under a name only when it is the mean of these cells. */
export function normaliseSweep({ cells, mean, ...rest }: JsonObject, known: readonly Known[]): JsonObject {
  if (!Array.isArray(cells) || !isObject(mean)) throw new Error('this is no sweep');
  const records = cells.filter(isObject);
  const ofCells = (name: string): Json => {
    const value = mean[name] ?? null;
    const real = meanScore(records, name);
    return typeof value === 'number' && real !== null && Math.abs(value - real) < 1e-9
      ? 'OF THE CELLS'
      : value;
  };
  return {
    ...(normaliseValue(rest, known) as JsonObject),
    mean: { ...mean, composite: ofCells('composite'), measured: ofCells('measured') },
    cells: records.map((record) => {
      const { spans } = record;
      return normaliseRecord(record, [...known, ...spanNames(Array.isArray(spans) ? spans : [])]);
    }),
  };
}

/** Over the cells that were scored; null without one. */
export function meanScore(records: readonly JsonObject[], name: string): number | null {
  const values = records
    .filter(({ verdict }) => verdict !== 'unscored')
    .map(({ scores }) => (isObject(scores) ? Number(objectAt(scores, name).composite) : Number.NaN));
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function normaliseRecord(record: JsonObject, names: readonly Known[]): JsonObject {
  const { spans, preflight, ...rest } = clean(record, names, record.demo === true);
  return { ...rest, spans: sortedBy(spans, 'span_id'), preflight: checksInOrder(preflight) };
}

function clean(value: JsonObject, names: readonly Known[], demo: boolean): JsonObject {
  const scored = isObject(value.scores)
    ? { ...value, scores: normaliseScores(value.scores, { demo }) }
    : value;
  return normaliseValue(demo ? withoutCharactersOfCalls(scored) : scored, names) as JsonObject;
}

/** Ids of spans are chance; kind, name and a number if need be say as much. */
function spanNames(spans: ReadonlyArray<Json | undefined>): Known[] {
  const seen = new Map<string, number>();
  return spans.flatMap((span): Known[] => {
    if (!isObject(span)) return [];
    const name = `${span.kind}:${span.name}`;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return [[String(span.span_id), count === 1 ? `<${name}>` : `<${name} ${count}>`]];
  });
}

/** The record sorts spans by their start, and two may start in the same microsecond. */
function sortedBy(list: Json | undefined, key: string): Json {
  const nameOf = (item: Json) => (isObject(item) ? String(item[key]) : '');
  return Array.isArray(list) ? list.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)) : (list ?? null);
}

function checksInOrder(list: Json | undefined): Json {
  if (!Array.isArray(list)) return list ?? null;
  const isOfEndpoint = (check: Json) => isObject(check) && String(check.id).startsWith('endpoint.');
  const machine = sortedBy(
    list.filter((check) => !isOfEndpoint(check)),
    'id',
  ) as Json[];
  return [...machine, ...list.filter(isOfEndpoint)];
}

function withoutCharactersOfCalls(value: JsonObject): JsonObject {
  // Ids of its tool calls are chance, and stand in the requests that follow.
  const of = (item: Json): Json =>
    isObject(item) ? { ...withoutCharacters(item), request_hash: 'OF CHANCE' } : item;
  const { call, span, model_calls, spans } = value;
  const ofSpan = (item: Json): Json =>
    isObject(item) && isObject(item.attrs) ? { ...item, attrs: withoutCharacters(item.attrs) } : item;
  return {
    ...value,
    ...(call !== undefined && { call: of(call) }),
    ...(span !== undefined && { span: ofSpan(span) }),
    ...(Array.isArray(model_calls) && { model_calls: model_calls.map(of) }),
    ...(Array.isArray(spans) && { spans: spans.map(ofSpan) }),
  };
}
