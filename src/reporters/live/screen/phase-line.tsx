import type { Palette } from '../../text/palette.js';
import { phaseText } from '../phase-text.js';
import type { ViewState } from '../view-state.js';
import { Segments } from './segments.js';

export function PhaseLine({ view, nowMs, paint }: { view: ViewState; nowMs: number; paint: Palette }) {
  return <Segments gap={2} items={view.phases.map((phase) => phaseText(phase, nowMs, paint))} />;
}
