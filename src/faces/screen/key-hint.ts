import type { Palette } from '../palette.js';
import type { ViewState } from '../view-state.js';

/** How often the user asked to stop. */
export type StopRequest = 'none' | 'once' | 'again';

export function hintText({ phases }: ViewState, stop: StopRequest, paint: Palette): string {
  if (stop === 'again') return paint.warn('quitting …');
  if (stop === 'once') return `${paint.warn('stopping …')} ${paint.dim('ctrl-c again quits')}`;
  const driving = phases.some(({ phase, status }) => phase === 'agent' && status === 'running');
  return paint.dim(driving ? 'ctrl-c stop and grade' : 'ctrl-c stop');
}
