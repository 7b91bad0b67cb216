import { Box, Text } from 'ink';
import { megabytes } from '../../documents/format.js';
import { safeLine } from '../../text/sanitize.js';
import { Segments } from '../ink.js';
import { callCount, meterSegments } from '../meter-view.js';
import { phaseText, titleText } from '../status-text.js';
import { ActivityLine, type ActivityProps } from './activity-line.js';
import { FilesList } from './files-list.js';

/** In a wider strip, related items would be too far apart. */
const MAX_COLUMNS = 110;
const ROOMY_COLUMNS = 100;
/** Maximum rows of the strip without the list of files. */
const OTHER_ROWS = 12;

export interface StripProps extends Omit<ActivityProps, 'gap'> {
  columns: number;
  rows: number;
}

/** The live status of a run: title, phases, meter, files and activity. */
export function Strip(props: StripProps) {
  const { view, nowMs, allFiles, paint, columns, rows } = props;
  const gap = columns < ROOMY_COLUMNS ? 2 : 3;
  return (
    // One row less than the window: Ink clears the screen for a frame that fills it (vadimdemedes/ink#382).
    // The width comes from the layout and not from `columns`: on a resize, Ink lays out before React gets the new size.
    <Box width="100%" maxWidth={MAX_COLUMNS} maxHeight={rows - 1} overflow="hidden">
      <Box flexDirection="column" flexShrink={0} width="100%" paddingX={1} paddingTop={1}>
        <Title view={view} paint={paint} />
        <Segments gap={2} items={view.phases.map((phase) => phaseText(phase, nowMs, paint))} />
        <Installation view={view} paint={paint} />
        {callCount(view.meter) > 0 && (
          <Segments gap={gap} items={meterSegments(view.meter, paint, view.title?.max_calls ?? null)} />
        )}
        {allFiles && (
          <FilesList files={view.files} beyond={view.filesBeyond} rows={rows - OTHER_ROWS} paint={paint} />
        )}
        <ActivityLine {...props} gap={gap} />
      </Box>
    </Box>
  );
}

type ViewProps = Pick<StripProps, 'view' | 'paint'>;

function Title({ view, paint }: ViewProps) {
  const { agent, task } = titleText(view, paint);
  return (
    <Box flexWrap="wrap" justifyContent="space-between" columnGap={3}>
      <Text wrap="truncate-end">{agent}</Text>
      <Text wrap="truncate-end">{task}</Text>
    </Box>
  );
}

function Installation({ view: { acquisition }, paint }: ViewProps) {
  if (acquisition === null) return null;
  const what = `installing ${safeLine(acquisition.agent)} ${safeLine(acquisition.version)}`;
  const size = acquisition.bytes_on_disk > 0 ? `   ${paint.dim(megabytes(acquisition.bytes_on_disk))}` : '';
  return <Text wrap="truncate-end">{what + size}</Text>;
}
