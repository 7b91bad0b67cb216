import { Box, Text } from 'ink';
import type { FileChange } from '../../cell/events.js';
import { stopwatch } from '../format.js';
import type { Palette } from '../palette.js';
import { safeLine } from '../sanitize.js';
import type { ViewState } from '../view-state.js';
import { hintText, type StopRequest } from './key-hint.js';
import { Segments } from './segments.js';

interface ActivityLineProps {
  view: ViewState;
  nowMs: number;
  stop: StopRequest;
  gap: number;
  paint: Palette;
}

/** Files touched, the sandbox, what the agent waits for; the keys at the far end. */
export function ActivityLine({ view, nowMs, stop, gap, paint }: ActivityLineProps) {
  const items = [
    ...filesText(view.files, paint),
    ...sandboxText(view, paint),
    ...waitText(view, nowMs, paint),
  ];
  return (
    <Box flexWrap="wrap" justifyContent="space-between" columnGap={gap}>
      <Segments gap={gap} items={items} />
      <Text wrap="truncate-end">{hintText(view, stop, paint)}</Text>
    </Box>
  );
}

const MAX_FILES = 2;

function filesText(files: readonly FileChange[], paint: Palette): string[] {
  if (files.length === 0) return [];
  // What was not expected is what must not hide behind "more".
  const ordered = [...files.filter(({ expected }) => !expected), ...files.filter(({ expected }) => expected)];
  const shown = ordered
    .slice(0, MAX_FILES)
    .map(({ path, expected }) =>
      expected
        ? `${safeLine(path, 60)} ${paint.dim('(expected)')}`
        : paint.warn(`${safeLine(path, 60)} (not expected)`),
    );
  const more = files.length > MAX_FILES ? paint.dim(` +${files.length - MAX_FILES}`) : '';
  return [`${paint.dim('files')} ${shown.join(', ')}${more}`];
}

function sandboxText({ sandbox }: ViewState, paint: Palette): string[] {
  if (sandbox === null) return [];
  return [`${paint.dim('sandbox')} ${sandbox === 'none' ? paint.warn('none') : sandbox}`];
}

/** A model call in flight is no idleness: then it says how long the endpoint has been busy. */
function waitText({ lastActivityMs, meter }: ViewState, nowMs: number, paint: Palette): string[] {
  if (lastActivityMs === null) return [];
  const since = meter.inFlight.size > 0 ? Math.min(...meter.inFlight.values()) : lastActivityMs;
  const ms = nowMs - since;
  const long = ms < 60_000 ? `${Math.max(0, Math.floor(ms / 1000))}s` : stopwatch(ms);
  return [`${paint.dim(meter.inFlight.size > 0 ? 'model' : 'idle')} ${long}`];
}
