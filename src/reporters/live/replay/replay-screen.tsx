import { Box, Text } from 'ink';
import type { RunRecord } from '../../../model/record.js';
import { seconds } from '../../documents/format.js';
import { scoreCard } from '../../documents/score-card.js';
import type { RunLinks } from '../../reporter.js';
import { bar } from '../../text/bars.js';
import type { Palette } from '../../text/palette.js';
import { safeLines } from '../../text/sanitize.js';
import { Segments } from '../ink.js';
import { Strip } from '../screen/strip.js';
import { scrollbackLines } from '../scrollback.js';
import type { EventIndex, LogKind } from './event-index.js';
import { type Playback, spanAt } from './playback.js';
import { SpanPanel } from './span-panel.js';

export interface ReplayScreenProps {
  eventIndex: EventIndex;
  /** Null when the run did not reach its end. */
  result: { record: RunRecord; links: RunLinks } | null;
  playback: Playback;
  colour: boolean;
  paint: Palette;
  columns: number;
  rows: number;
}

/** A lower window does not show the attributes of the span. */
const MIN_ROWS_FOR_ATTRIBUTES = 20;
/** A lower window shows only the log and the position. */
const MIN_ROWS_FOR_STRIP = 16;

/** A saved run at one moment, as `check` showed it, with the position in the run below. */
export function ReplayScreen(props: ReplayScreenProps) {
  const { eventIndex, playback, paint, columns, rows } = props;
  return (
    // One row less than the window: Ink clears the screen for a frame that fills it.
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
  const part = { count, log: playback.log, width: columns - 1, lines: rows + playback.scroll };
  const lines = logLines(eventIndex, part, paint);
  const spanIndex = spanAt(playback, eventIndex.spans);
  const attributeRows = rows < MIN_ROWS_FOR_ATTRIBUTES ? 0 : Math.min(6, Math.floor(rows / 8));
  return (
    <>
      <Log lines={lines.slice(0, Math.max(0, lines.length - playback.scroll))} />
      {rows >= MIN_ROWS_FOR_STRIP && (
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
              span={eventIndex.span(spanIndex)}
              index={spanIndex}
              count={eventIndex.spans.length}
              rows={attributeRows}
              paint={paint}
            />
          </Box>
        </>
      )}
    </>
  );
}

interface LogPart {
  /** Number of events that have happened. */
  count: number;
  log: LogKind;
  width: number;
  /** Number of lines, from the end backwards. */
  lines: number;
}

/** The last lines of a log. Reads only the events that fill them. */
function logLines(eventIndex: EventIndex, { count, log, width, lines }: LogPart, paint: Palette): string[] {
  const blocks: string[][] = [];
  let total = 0;
  for (const event of eventIndex.backFrom(count, log)) {
    const block =
      event.type === 'agent_output'
        ? safeLines(event.text).map((line) => ` ${event.stream === 'stderr' ? paint.dim(line) : line}`)
        : scrollbackLines(event, paint, { width, fit: true });
    blocks.push(block);
    total += block.length;
    if (total >= lines) break;
  }
  return blocks.reverse().flat().slice(-lines);
}

/** The lines that fit: the last ones, or the first ones with `fromTop`. */
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
      {lines.map((line, index) => (
        <Box key={index} flexShrink={0}>
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
  const barColumns = Math.max(4, columns - time.length - String(speed).length - 7);
  const position = bar(endMs > 0 ? tMs / endMs : 1, barColumns, paint.accent, paint);
  return `${mark} ${position} ${time} ${paint.dim(`${speed}×`)}`;
}

function keyHints({ playback, result, rows }: ReplayScreenProps): string[] {
  const play = playback.playing ? 'space pause' : 'space play';
  if (rows < MIN_ROWS_FOR_STRIP) return [play, 'q quit'];
  return [
    play,
    '←→ span',
    ',. 100 ms',
    '+- speed',
    '↑↓ scroll',
    playback.log === 'steps' ? 'o output' : 'o steps',
    ...(result === null ? [] : [playback.card ? 'c run' : 'c card', '? explain']),
    'q quit',
  ];
}
