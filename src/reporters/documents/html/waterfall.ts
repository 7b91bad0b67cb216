import type { RunRecord, Span, StepRecord } from '../../../model/record.js';
import { safeLine } from '../../text/sanitize.js';
import { plural } from '../format.js';
import { milliseconds, spanTree } from '../page/trace.js';
import { html, type Markup } from './markup.js';
import type { ReplayData } from './replay-data.js';

/** Maximum rows; the record has all spans. */
const MAX_SPANS = 200;
const MAX_STEPS = 250;
const STEPS_BUDGET = 90_000;
const ATTRS_BUDGET = 40_000;

interface Extent {
  startMs: number;
  durationMs: number;
}

/** The trace as a waterfall that can be played, with the steps of the agent below it. Null without spans. */
export function waterfall(record: RunRecord): { markup: Markup; data: ReplayData } | null {
  const extent = extentOf(record.spans);
  if (extent === null) return null;
  const tree = spanTree(record.spans).slice(0, MAX_SPANS);
  const hidden = record.spans.length - tree.length;
  const markup = html`<div class="replay" id="player-of-spans" tabindex="0" role="group" aria-label="Trace replay: space plays and pauses, left and right step a span, comma and full stop step 100 milliseconds" aria-keyshortcuts="Space ArrowLeft ArrowRight , .">
${controls(extent)}
<div class="lanes">
${stepLane(record.steps, extent)}
${tree.map(({ span, depth }, at) => lane(span, { at, depth }, extent))}
<div class="playhead" hidden></div>
</div>
${hidden > 0 ? html`<p class="empty">… ${plural(hidden, 'more span')}; all are in record.json.</p>` : null}
<div class="now" aria-live="off"><h3>At this moment</h3><p class="open-spans empty">Press play, or a span.</p><dl class="fields attrs"></dl></div>
</div>
${stepList(record.steps, extent)}`;
  return {
    markup,
    data: {
      durationMs: extent.durationMs,
      spans: playedSpans(
        tree.map(({ span }) => span),
        extent,
      ),
    },
  };
}

function extentOf(spans: readonly Span[]): Extent | null {
  if (spans.length === 0) return null;
  let [startMs, endMs] = [Number.POSITIVE_INFINITY, 0];
  for (const span of spans) {
    startMs = Math.min(startMs, span.start_ms);
    endMs = Math.max(endMs, span.start_ms + span.duration_ms);
  }
  return { startMs, durationMs: Math.max(1, endMs - startMs) };
}

function playedSpans(spans: readonly Span[], { startMs }: Extent): ReplayData['spans'] {
  let room = ATTRS_BUDGET;
  return spans.map((span, at) => {
    const attrs: Record<string, string> = {};
    const values = { ...span.attrs, ...(span.error === null ? {} : { error: span.error }) };
    for (const [name, value] of Object.entries(values)) {
      const text = safeLine(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), 300);
      room -= name.length + text.length;
      if (room > 0) attrs[safeLine(name, 60)] = text;
    }
    return {
      id: String(at),
      startMs: span.start_ms - startMs,
      durationMs: span.duration_ms,
      attrs,
    };
  });
}

function controls({ durationMs }: Extent): Markup {
  const total = `${(durationMs / 1000).toFixed(2)} s`;
  return html`<div class="controls" hidden>
<button type="button" data-do="span-back" title="previous span (←)">← span</button>
<button type="button" data-do="back" title="100 ms back (,)">−100 ms</button>
<button type="button" data-do="play" class="play" title="play or pause (space)" aria-label="play">▶</button>
<button type="button" data-do="forward" title="100 ms forward (.)">+100 ms</button>
<button type="button" data-do="span-forward" title="next span (→)">span →</button>
<label>speed <select data-do="speed"><option value="0.5">½ ×</option><option value="1" selected>1 ×</option><option value="4">4 ×</option><option value="16">16 ×</option></select></label>
<output class="clock">t = 0 ms / ${total}</output>
<input type="range" min="0" max="${Math.ceil(durationMs)}" value="0" step="1" aria-label="time in the run, in milliseconds">
</div>`;
}

const percent = (ms: number, { durationMs }: Extent) =>
  Math.min(100, Math.max(0, (ms / durationMs) * 100)).toFixed(3);

function lane(span: Span, { at, depth }: { at: number; depth: number }, extent: Extent): Markup {
  const startMs = span.start_ms - extent.startMs;
  return html`<div class="lane" data-span="${at}"><button type="button" class="name" style="--depth:${depth}" title="${span.name.slice(0, 200)}">${span.name.slice(0, 80)}</button>
<div class="track"><i class="span ${span.kind}${span.error === null ? '' : ' error'}" style="left:${percent(startMs, extent)}%;width:${percent(span.duration_ms, extent)}%"></i></div>
<span class="took">${milliseconds(span.duration_ms)}</span></div>`;
}

function stepLane(steps: readonly StepRecord[], extent: Extent): Markup | null {
  if (steps.length === 0) return null;
  return html`<div class="lane steps"><span class="name">steps of the agent</span><div class="track">${steps
    .slice(0, MAX_STEPS)
    .map(
      (step) =>
        html`<i class="step ${step.action ?? step.kind}" style="left:${percent(step.t_ms - extent.startMs, extent)}%"></i>`,
    )}</div><span class="took">${steps.length}</span></div>`;
}

/** Every step with its text or result, up to the limits of the page. */
function stepList(steps: readonly StepRecord[], { startMs }: Extent): Markup | null {
  if (steps.length === 0) return null;
  let room = STEPS_BUDGET;
  const rows: Markup[] = [];
  for (const step of steps.slice(0, MAX_STEPS)) {
    const body = step.kind === 'tool' ? (step.diff ?? step.output ?? '') : (step.text ?? '');
    room -= Math.min(body.length, 2_000) + 200;
    if (room < 0) break;
    rows.push(stepRow(step, step.t_ms - startMs, body.slice(0, 2_000)));
  }
  const hidden = steps.length - rows.length;
  return html`<details class="steps" open><summary>Steps (${steps.length})</summary><ol>${rows}</ol>${
    hidden > 0 ? html`<p class="empty">… ${plural(hidden, 'more step')}; all are in record.json.</p>` : null
  }</details>`;
}

function stepRow(step: StepRecord, atMs: number, body: string): Markup {
  const failed = step.ok === false || (step.exit_code !== null && step.exit_code !== 0);
  const word =
    step.kind === 'tool'
      ? step.action === 'other'
        ? (step.name ?? 'tool')
        : (step.action ?? 'tool')
      : step.kind;
  const head = html`<time>${(atMs / 1000).toFixed(2)} s</time><span class="verb">${word.slice(0, 24)}</span>`;
  const result = step.exit_code === null ? (failed ? 'failed' : '') : `exit ${step.exit_code}`;
  const text =
    step.kind === 'tool'
      ? html`<code>${(step.target ?? '').slice(0, 300)}</code> <small>${result}</small>${
          body === ''
            ? null
            : html`<details><summary>${step.diff ? 'change' : 'output'}</summary><pre>${body}</pre></details>`
        }`
      : html`<span class="said">${body}</span>`;
  return html`<li class="${step.kind}${failed ? ' failed' : ''}" data-t="${atMs.toFixed(0)}">${head}<div>${text}</div></li>`;
}
