import { Text } from 'ink';
import { megabytes } from '../../documents/format.js';
import type { Palette } from '../../text/palette.js';
import { safeLine } from '../../text/sanitize.js';
import type { ViewState } from '../view-state.js';

export function Acquisition({ view: { acquisition }, paint }: { view: ViewState; paint: Palette }) {
  if (acquisition === null) return null;
  const what = `installing ${safeLine(acquisition.agent)} ${safeLine(acquisition.version)}`;
  const size = acquisition.bytes_on_disk > 0 ? `   ${paint.dim(megabytes(acquisition.bytes_on_disk))}` : '';
  return <Text wrap="truncate-end">{what + size}</Text>;
}
