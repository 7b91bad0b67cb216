import { seconds, stopwatch } from '../documents/format.js';
import type { Palette } from '../text/palette.js';
import type { PhaseView } from './view-state.js';

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
