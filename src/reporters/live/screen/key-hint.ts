import type { Palette } from '../../text/palette.js';
import type { ViewState } from '../view-state.js';

/** How often the user asked to stop. */
export type StopRequest = 'none' | 'once' | 'again';

/** The keys that do something now. */
export function hintText(
  { phases, files }: ViewState,
  stop: StopRequest,
  { details, allFiles }: { details: boolean; allFiles: boolean },
  paint: Palette,
): string {
  if (stop === 'again') return paint.warn('quitting …');
  if (stop === 'once') return `${paint.warn('stopping …')} ${paint.dim('ctrl-c again quits')}`;
  const driving = phases.some(({ phase, status }) => phase === 'agent' && status === 'running');
  const keys = [
    driving && (details ? 'd fold' : 'd details'),
    (allFiles || files.length > 1) && 'f files',
    driving ? 'ctrl-c stop and grade' : 'ctrl-c stop',
  ];
  return paint.dim(keys.filter(Boolean).join(' · '));
}
