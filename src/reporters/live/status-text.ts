import { seconds, stopwatch } from '../documents/format.js';
import type { Palette } from '../text/palette.js';
import { safeLine } from '../text/sanitize.js';
import type { PhaseView, ViewState } from './view-state.js';

/** `✔ prepare 0.1s`, `● agent 0:12 / 10:00`, `○ tests`. `nowMs` is on the run's clock. */
export function phaseText(view: PhaseView, nowMs: number, paint: Palette): string {
  const { phase, status, startedAtMs, elapsedMs, limitMs } = view;
  switch (status) {
    case 'pending':
      return paint.dim(`○ ${phase}`);
    case 'done':
      return `${paint.good('✔')} ${phase} ${paint.dim(seconds(elapsedMs))}`;
    case 'failed':
      return `${paint.bad('✖')} ${phase} ${paint.dim(seconds(elapsedMs))}`;
    case 'running': {
      const limit = limitMs === null ? '' : paint.dim(` / ${stopwatch(limitMs)}`);
      return `${paint.accent('●')} ${paint.strong(phase)} ${stopwatch(nowMs - (startedAtMs ?? nowMs))}${limit}`;
    }
  }
}

/** The title of a run in two parts: `opencode 1.18.33 × model` and `task · language`. Both are empty before it starts. */
export function titleText({ title, tuiVersion }: ViewState, paint: Palette): { agent: string; task: string } {
  if (title === null) return { agent: '', task: '' };
  const demo = title.demo ? `${paint.badge('warn', 'DEMO')} ` : '';
  const version = tuiVersion === null ? '' : ` ${paint.dim(safeLine(tuiVersion, 40))}`;
  const name = paint.strong(safeLine(title.tui, 60));
  const model = paint.strong(safeLine(title.model, 120));
  const repeat = title.run > 1 ? ` · run ${title.run}` : '';
  return {
    agent: `${demo}${name}${version} ${paint.dim('×')} ${model}`,
    task: `${safeLine(title.task_id, 120)} ${paint.dim(`· ${safeLine(title.language, 40)}${repeat}`)}`,
  };
}
