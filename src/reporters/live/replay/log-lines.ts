import type { Palette } from '../../text/palette.js';
import { safeLines } from '../../text/sanitize.js';
import { scrollbackLines } from '../scrollback.js';
import type { EventIndex, LogKind } from './event-index.js';

export interface LogWindow {
  count: number;
  track: LogKind;
  width: number;
  /** So many lines from the end backwards. */
  lines: number;
}

/** The last lines that the run had left behind after so many events; no more of it is looked at than fills the window. */
export function logLines(
  eventIndex: EventIndex,
  { count, track, width, lines }: LogWindow,
  paint: Palette,
): string[] {
  const blocks: string[][] = [];
  let found = 0;
  for (const event of eventIndex.backFrom(count, track)) {
    const block =
      event.type === 'agent_output'
        ? safeLines(event.text).map((line) => ` ${event.stream === 'stderr' ? paint.dim(line) : line}`)
        : scrollbackLines(event, paint, { width, fit: true });
    blocks.push(block);
    found += block.length;
    if (found >= lines) break;
  }
  return blocks.reverse().flat().slice(-lines);
}
