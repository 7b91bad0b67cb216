import { shellWord } from '../../../host/shell-word.js';
import type { RunRecord, Span } from '../../../model/record.js';
import { integer, NOT_MEASURED, plural } from '../format.js';
import { escapeControls } from '../json.js';
import { code, long, number, prose, type Section, table, text } from './section.js';

const MAX_ATTR_CHARS = 1_000;

/** How to step through the run. */
export function replaySection(record: RunRecord): Section {
  const duration = record.duration_s === null ? NOT_MEASURED : `${record.duration_s.toFixed(2)} s`;
  return {
    id: 'replay',
    title: 'Trace replay',
    blocks: [
      prose('space play/pause · ←/→ step span · ,/. step 100 ms'),
      prose(`t = 0 ms / ${duration}`),
      code('in the terminal', 'sh', `npx @codingagentbench/cli replay ${shellWord(record.run_id)}`),
    ],
  };
}

/** How to play the run as a recording. */
export function playbackSection(record: RunRecord): Section {
  const genuine =
    record.steps.length > 0 ? 'genuine step timing' : 'the agent reported no steps: a span summary';
  return {
    id: 'playback',
    title: 'Terminal playback',
    blocks: [
      prose(`replay of the run — ${record.tui}: ${genuine}`),
      code(
        'as asciicast v2',
        'sh',
        `npx @codingagentbench/cli show ${shellWord(record.run_id)} --format asciicast -o ${shellWord(`${record.run_id}.cast`)}`,
      ),
    ],
  };
}

/** The span tree, children below their parents. */
export function spansSection({ spans }: RunRecord): Section {
  return {
    id: 'spans',
    title: `Trace spans (${integer(spans.length)})`,
    blocks: [
      table(
        [text('Span'), text('Kind'), text('Name'), number('Duration'), long('Attrs / Error')],
        spanTree(spans).map(({ span, depth }) => [
          branch(depth) + span.span_id,
          span.kind,
          span.name,
          milliseconds(span.duration_ms),
          span.error ?? attrsText(span.attrs),
        ]),
        'No span was recorded.',
      ),
    ],
  };
}

/** Every model call of the agent, in the published columns. The calls of the preflight are only counted. */
export function callsSection({ model_calls }: RunRecord): Section {
  const agentCalls = model_calls.filter(({ probe }) => !probe);
  const probes = model_calls.length - agentCalls.length;
  return {
    id: 'calls',
    title: `Model calls (${integer(agentCalls.length)})`,
    blocks: [
      table(
        [
          number('#'),
          text('Timestamp'),
          text('Request hash'),
          number('Prompt'),
          number('Completion'),
          number('Latency'),
          text('Finish'),
        ],
        agentCalls.map((call) => [
          String(call.n),
          call.timestamp,
          call.request_hash.slice(0, 12),
          integer(call.prompt_tokens),
          integer(call.completion_tokens),
          milliseconds(call.latency_ms),
          call.cause ?? call.finish ?? NOT_MEASURED,
        ]),
        'The agent made no model call.',
      ),
      ...(probes > 0 ? [prose(`Not counted: ${plural(probes, 'call')} of the preflight.`)] : []),
    ],
  };
}

/** Spans in tree order: by start time, each followed by its children. A span whose parent is missing is a root. */
export function spanTree(spans: readonly Span[]): Array<{ span: Span; depth: number }> {
  const ids = new Set(spans.map(({ span_id }) => span_id));
  const byParent = new Map<string | null, Span[]>();
  for (const span of spans) {
    const parent = span.parent_id !== null && ids.has(span.parent_id) ? span.parent_id : null;
    const siblings = byParent.get(parent);
    if (siblings) siblings.push(span);
    else byParent.set(parent, [span]);
  }
  const tree: Array<{ span: Span; depth: number }> = [];
  const visit = (parent: string | null, depth: number) => {
    const children = byParent.get(parent) ?? [];
    byParent.delete(parent);
    for (const span of children.sort((a, b) => a.start_ms - b.start_ms)) {
      tree.push({ span, depth });
      visit(span.span_id, depth + 1);
    }
  };
  visit(null, 0);
  return tree;
}

const branch = (depth: number) => (depth === 0 ? '' : `${'· '.repeat(depth - 1)}↳ `);

/** A span's attributes as JSON, with long values cut. */
function attrsText(attrs: Span['attrs']): string {
  const readable = (_key: string, value: unknown) =>
    typeof value === 'string' && value.length > MAX_ATTR_CHARS ? `${value.slice(0, MAX_ATTR_CHARS)}…` : value;
  return escapeControls(JSON.stringify(attrs, readable));
}

/** `13,393 ms`, or `0.02 ms` for a time below one millisecond. */
export function milliseconds(ms: number): string {
  return `${ms > 0 && ms < 1 ? ms.toFixed(2) : integer(ms)} ms`;
}
