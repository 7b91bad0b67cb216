import type { RunEvent } from '../../model/events.js';
import type { RunRecord } from '../../model/record.js';
import { plainRun } from '../live/plain.js';
import { palette } from '../text/palette.js';
import { safeLine, safeLines } from '../text/sanitize.js';
import { resultCard } from './score-card.js';
import { cellTitle } from './verdict-text.js';

/** Size of the recorded terminal. */
const COLUMNS = 100;
const ROWS = 30;

export interface CastOptions {
  /** A longer recording is cut, and its last line says so. */
  maxBytes: number;
}

/**
 * The run as asciicast v2: the plain reporter's output with the original timing. For an agent that reports no steps, it
 * shows the agent's own output. Events are converted as they are read; none is held in memory.
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
  /** Ends a frame: the text of one event. */
  const flush = () => {
    if (written === '') return;
    const line = JSON.stringify([Math.round(atMs) / 1000, 'o', written.replaceAll('\n', '\r\n')]);
    bytes += Buffer.byteLength(line) + 1;
    lines.push(line);
    written = '';
  };
  const sink = { writeResult: write, resultWidth: COLUMNS, resultColour: true, explain: false };
  const progress = plainRun({ write, width: COLUMNS, colour: true, ...sink });
  const hasNoSteps = record.steps.length === 0;
  let cut = false;
  for await (const event of events) {
    // Frames must not go back in time, but a span arrives only when it ends.
    atMs = Math.max(atMs, event.t_ms);
    cut ||= bytes > maxBytes;
    if (cut) continue;
    progress.send(event, 0);
    if (hasNoSteps && event.type === 'agent_output')
      for (const line of safeLines(event.text, COLUMNS)) write(`   ${paint.dim(line)}\n`);
    flush();
  }
  if (cut) write(`   ${paint.warn('… the rest of the recording is left out')}\n`);
  flush();
  const noLinks = { ref: null, record: null, patch: null, workspace: null, again: null, compare: null };
  write(`${resultCard(record, noLinks, sink).join('\n')}\n`);
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
