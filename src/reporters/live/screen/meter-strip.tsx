import type { Palette } from '../../text/palette.js';
import { callCount, meterSegments } from '../meter-view.js';
import type { ViewState } from '../view-state.js';
import { Segments } from './segments.js';

/** Shown from the first model call of the agent on. */
export function MeterStrip({
  view: { meter, title },
  gap,
  paint,
}: {
  view: ViewState;
  gap: number;
  paint: Palette;
}) {
  if (callCount(meter) === 0) return null;
  return <Segments gap={gap} items={meterSegments(meter, paint, title?.max_calls ?? null)} />;
}
