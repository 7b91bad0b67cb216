import type { Palette } from '../text/palette.js';
import { safeLine } from '../text/sanitize.js';
import type { ViewState } from './view-state.js';

/** Who plays and on what: two pieces, for either end of a line. Empty before the run began. */
export function titleText(
  { title, tuiVersion }: ViewState,
  paint: Palette,
): { player: string; task: string } {
  if (title === null) return { player: '', task: '' };
  const demo = title.demo ? `${paint.badge('warn', 'DEMO')} ` : '';
  const version = tuiVersion === null ? '' : ` ${paint.dim(safeLine(tuiVersion, 40))}`;
  const player = `${demo}${paint.strong(safeLine(title.tui, 60))}${version} ${paint.dim('×')} ${paint.strong(safeLine(title.model, 120))}`;
  const repeat = title.run > 1 ? ` · run ${title.run}` : '';
  return {
    player,
    task: `${safeLine(title.task_id, 120)} ${paint.dim(`· ${safeLine(title.language, 40)}${repeat}`)}`,
  };
}
