import type { Palette } from '../../text/palette.js';
import type { ViewState } from '../view-state.js';

export interface StripProps {
  view: ViewState;
  /** On the run's clock. */
  nowMs: number;
  /** The keys that do something now. */
  hint: string;
  /** Every changed file on a line of its own. */
  allFiles: boolean;
  paint: Palette;
}
