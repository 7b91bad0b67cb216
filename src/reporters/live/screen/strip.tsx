import { Box } from 'ink';
import { Acquisition } from './acquisition.js';
import { ActivityLine } from './activity-line.js';
import { FilesList } from './files-list.js';
import { MeterStrip } from './meter-strip.js';
import { PhaseLine } from './phase-line.js';
import type { StripProps } from './strip-props.js';
import { Title } from './title.js';

/** Beyond this, what belongs together stands too far apart. */
const MAX_COLUMNS = 110;
const ROOMY_COLUMNS = 100;
/** What the strip takes without the list of files, at worst. */
const OTHER_ROWS = 12;

/** The live part: what runs, how far it is, what it took so far. */
export function Strip(props: StripProps & { columns: number; rows: number }) {
  const { view, nowMs, allFiles, paint, columns, rows } = props;
  const gap = columns < ROOMY_COLUMNS ? 2 : 3;
  return (
    // One row short of the window: a frame that fills it makes Ink clear the screen (vadimdemedes/ink#382).
    // As wide as the window by layout, not by `columns`: on a resize Ink lays out anew before React hears of it.
    <Box width="100%" maxWidth={MAX_COLUMNS} maxHeight={rows - 1} overflow="hidden">
      <Box flexDirection="column" flexShrink={0} width="100%" paddingX={1} paddingTop={1}>
        <Title view={view} paint={paint} />
        <PhaseLine view={view} nowMs={nowMs} paint={paint} />
        <Acquisition view={view} paint={paint} />
        <MeterStrip view={view} gap={gap} paint={paint} />
        {allFiles && (
          <FilesList files={view.files} beyond={view.filesBeyond} rows={rows - OTHER_ROWS} paint={paint} />
        )}
        <ActivityLine {...props} gap={gap} />
      </Box>
    </Box>
  );
}
