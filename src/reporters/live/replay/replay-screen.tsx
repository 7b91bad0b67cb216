import { Box, Text } from 'ink';
import type { RunRecord } from '../../../model/record.js';
import { seconds } from '../../documents/format.js';
import { scoreCard } from '../../documents/score-card.js';
import type { RunLinks } from '../../reporter.js';
import { barPieces } from '../../text/bar.js';
import type { Palette } from '../../text/palette.js';
import { Segments } from '../screen/segments.js';
import { Strip } from '../screen/strip.js';
import type { EventIndex } from './event-index.js';
import { logLines } from './log-lines.js';
import { type Playback, spanAt } from './playback.js';
import { SpanPanel } from './span-panel.js';

export interface ReplayScreenProps {
  eventIndex: EventIndex;
  /** Null when the run was cut short. */
  result: { record: RunRecord; links: RunLinks } | null;
  playback: Playback;
  colour: boolean;
  paint: Palette;
  columns: number;
  rows: number;
}

/** Below these many rows the span keeps its attributes to itself. */
const ROWS_FOR_ATTRIBUTES = 20;
/** Below these many rows only what happened and where it stands are shown. */
const ROWS_FOR_STRIP = 16;

/** The screen of `check` at one moment of a saved run, with what seeks in it below. */
export function ReplayScreen(props: ReplayScreenProps) {
  const { eventIndex, playback, paint, columns, rows } = props;
  return (
    // One row short of the window, as the live screen is.
    <Box flexDirection="column" height={Math.max(1, rows - 1)} width={columns} overflow="hidden">
      {playback.card ? <Card {...props} /> : <Moment {...props} />}
      <Box flexDirection="column" flexShrink={0} paddingX={1}>
        <Text wrap="truncate-end">{seekBar(playback, eventIndex.endMs, columns - 2, paint)}</Text>
        <Segments gap={2} items={keyHints(props).map(paint.dim)} />
      </Box>
    </Box>
  );
}

function Moment({ eventIndex, playback, paint, columns, rows }: ReplayScreenProps) {
  const count = eventIndex.countAt(playback.tMs);
  const track = { count, track: playback.track, width: columns - 1, lines: rows + playback.scroll };
  const lines = logLines(eventIndex, track, paint);
  const place = spanAt(playback, eventIndex.spans);
  const attributes = rows < ROWS_FOR_ATTRIBUTES ? 0 : Math.min(6, Math.floor(rows / 8));
  return (
    <>
      <Log lines={lines.slice(0, Math.max(0, lines.length - playback.scroll))} />
      {rows >= ROWS_FOR_STRIP && (
        <>
          <Box flexShrink={0}>
            <Strip
              view={eventIndex.viewAt(count)}
              nowMs={playback.tMs}
              hint=""
              allFiles={false}
              paint={paint}
              columns={columns}
              rows={rows}
            />
          </Box>
          <Box flexShrink={0} flexDirection="column">
            <SpanPanel
              span={eventIndex.span(place)}
              place={place}
              count={eventIndex.spans.length}
              rows={attributes}
              paint={paint}
            />
          </Box>
        </>
      )}
    </>
  );
}

/** The last of the lines that there is room for. */
function Log({ lines, fromTop = false }: { lines: readonly string[]; fromTop?: boolean }) {
  return (
    <Box
      flexDirection="column"
      flexGrow={1}
      flexShrink={1}
      flexBasis={0}
      overflow="hidden"
      justifyContent={fromTop ? 'flex-start' : 'flex-end'}
    >
      {lines.map((line, place) => (
        <Box key={place} flexShrink={0}>
          <Text wrap="truncate-end">{line || ' '}</Text>
        </Box>
      ))}
    </Box>
  );
}

function Card({ result, playback, colour, columns }: ReplayScreenProps) {
  if (result === null) return null;
  const style = { width: columns, colour, explain: playback.explain };
  const lines = scoreCard(result.record, result.links, style);
  const top = Math.min(playback.scroll, Math.max(0, lines.length - 1));
  return <Log lines={lines.slice(top)} fromTop />;
}

function seekBar({ tMs, playing, speed }: Playback, endMs: number, columns: number, paint: Palette): string {
  const mark = playing ? paint.accent('▶') : paint.strong('⏸');
  const time = `t = ${seconds(tMs)} / ${seconds(endMs)}`;
  const room = Math.max(4, columns - time.length - String(speed).length - 7);
  const { filled, rest } = barPieces(endMs > 0 ? tMs / endMs : 1, room);
  return `${mark} ${paint.accent(filled)}${paint.dim(rest)} ${time} ${paint.dim(`${speed}×`)}`;
}

function keyHints({ playback, result, rows }: ReplayScreenProps): string[] {
  if (rows < ROWS_FOR_STRIP) return [playback.playing ? 'space pause' : 'space play', 'q quit'];
  const scored = result !== null;
  return [
    playback.playing ? 'space pause' : 'space play',
    '←→ span',
    ',. 100 ms',
    '+- speed',
    '↑↓ scroll',
    playback.track === 'steps' ? 'o output' : 'o steps',
    ...(scored ? [playback.card ? 'c run' : 'c card', '? explain'] : []),
    'q quit',
  ];
}
