import type { RunEvent } from '../../model/events.js';
import type { RunRecord } from '../../model/record.js';
import { plainRun } from '../live/plain.js';
import { palette } from '../text/palette.js';
import { safeLine, safeLines } from '../text/sanitize.js';
import { cellTitle } from './page/verdict-view.js';
import { resultCard } from './score-card.js';

/** Columns and rows of the recorded terminal. */
const COLUMNS = 100;
const ROWS = 30;

export interface CastOptions {
  /** A longer recording ends early and says so. */
  maxBytes: number;
}

/**
 * An asciicast v2 of the run: what this program would show of it on a terminal, at the times at which it happened. Of
 * an agent whose steps are not told, its own output is shown. Made from the events as they are read, none is kept.
 */
export async function asciicast(
  record: RunRecord,
  events: AsyncIterable<RunEvent>,
  { maxBytes }: CastOptions,
): Promise<string> {
  const paint = palette(true);
  const lines: string[] = [JSON.stringify(headerOf(record))];
  let bytes = 0;
  let atMs = 0;
  let written = '';
  const write = (text: string) => {
    written += text;
  };
  /** What was written of one event is one frame. */
  const flush = () => {
    if (written === '') return;
    const line = JSON.stringify([Math.round(atMs) / 1000, 'o', written.replaceAll('\n', '\r\n')]);
    bytes += Buffer.byteLength(line) + 1;
    lines.push(line);
    written = '';
  };
  const sink = { writeResult: write, resultWidth: COLUMNS, resultColour: true, explain: false };
  const progress = plainRun({ write, width: COLUMNS, colour: true, ...sink });
  const untold = record.steps.length === 0;
  let cut = false;
  for await (const event of events) {
    // Never backwards: a span is told when it ends.
    atMs = Math.max(atMs, event.t_ms);
    cut ||= bytes > maxBytes;
    if (cut) continue;
    progress.send(event, 0);
    if (untold && event.type === 'agent_output')
      for (const line of safeLines(event.text, COLUMNS)) write(`   ${paint.dim(line)}\n`);
    flush();
  }
  if (cut) write(`   ${paint.warn('… the rest of the recording is left out here')}\n`);
  flush();
  const nothing = { ref: null, record: null, patch: null, workspace: null, again: null, compare: null };
  write(`${resultCard(record, nothing, sink).join('\n')}\n`);
  flush();
  return `${lines.join('\n')}\n`;
}

function headerOf(record: RunRecord) {
  const startedMs = record.started_at === null ? Number.NaN : Date.parse(record.started_at);
  return {
    version: 2,
    width: COLUMNS,
    height: ROWS,
    ...(Number.isFinite(startedMs) && { timestamp: Math.round(startedMs / 1000) }),
    title: safeLine(
      `${record.demo ? 'DEMO ' : ''}${cellTitle(record)} · ${record.task_id} (${record.notice})`,
    ),
    idle_time_limit: 2,
    env: { TERM: 'xterm-256color' },
  };
}
