import { Box, Text } from 'ink';
import { stopwatch } from '../../documents/format.js';
import type { Palette } from '../../text/palette.js';
import { safeLine } from '../../text/sanitize.js';
import { Segments } from '../ink.js';
import type { ViewState } from '../view-state.js';
import { unexpectedFirst } from './files-list.js';

export interface ActivityProps {
  view: ViewState;
  /** On the run's clock. */
  nowMs: number;
  /** The keys that have an effect now. */
  hint: string;
  /** Every changed file is listed on its own line. */
  allFiles: boolean;
  /** Columns between two items. */
  gap: number;
  paint: Palette;
}

/** Changed files, the sandbox, what the agent waits for, and the keys on the right. */
export function ActivityLine({ view, nowMs, hint, allFiles, gap, paint }: ActivityProps) {
  const items = [
    ...(allFiles ? [] : filesText(view, paint)),
    ...sandboxText(view, paint),
    ...waitText(view, nowMs, paint),
  ];
  return (
    <Box flexWrap="wrap" justifyContent="space-between" columnGap={gap}>
      <Segments gap={gap} items={items} />
      <Text wrap="truncate-end">{hint}</Text>
    </Box>
  );
}

const MAX_FILES = 2;

function filesText({ files, filesBeyond }: ViewState, paint: Palette): string[] {
  if (files.length === 0) return [];
  const shown = unexpectedFirst(files)
    .slice(0, MAX_FILES)
    .map(({ path, expected }) =>
      expected
        ? `${safeLine(path, 60)} ${paint.dim('(expected)')}`
        : paint.warn(`${safeLine(path, 60)} (not expected)`),
    );
  const beyond = Math.max(0, files.length - MAX_FILES) + filesBeyond;
  const more = beyond > 0 ? paint.dim(` +${beyond}`) : '';
  return [`${paint.dim('files')} ${shown.join(', ')}${more}`];
}

function sandboxText({ sandbox }: ViewState, paint: Palette): string[] {
  if (sandbox === null) return [];
  return [`${paint.dim('sandbox')} ${sandbox === 'none' ? paint.warn('none') : sandbox}`];
}

const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const SPINNER_MS = 250;
/** From this time on, the idle time is shown with its limit. */
const LONG_IDLE_MS = 10_000;

/** While a model call is in flight, the agent is not idle: show the duration of the call instead. */
function waitText(view: ViewState, nowMs: number, paint: Palette): string[] {
  const { lastActivityMs, meter, title } = view;
  if (lastActivityMs === null) return [];
  const spinner = paint.accent(SPINNER[Math.floor(Math.max(0, nowMs) / SPINNER_MS) % SPINNER.length] ?? '');
  if (meter.inFlight.size > 0)
    return [`${spinner} ${paint.dim('model')} ${short(nowMs - Math.min(...meter.inFlight.values()))}`];
  const idleMs = nowMs - lastActivityMs;
  if (meter.finished === 0) return [`${spinner} ${paint.dim('starting')} ${short(idleMs)}`];
  if (title === null || idleMs < LONG_IDLE_MS) return [`${spinner} ${paint.dim('idle')} ${short(idleMs)}`];
  const limitMs = title.idle_s * 1_000;
  const style = idleMs > limitMs / 2 ? paint.warn : paint.dim;
  return [`${spinner} ${style(`idle ${short(idleMs)} / ${short(limitMs)}`)}`];
}

const short = (ms: number) => (ms < 60_000 ? `${Math.max(0, Math.floor(ms / 1000))}s` : stopwatch(ms));
