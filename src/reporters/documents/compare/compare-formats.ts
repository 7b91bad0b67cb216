import { PROVISIONAL } from '../../../model/record.js';
import { palette } from '../../text/palette.js';
import { inertText } from '../../text/sanitize.js';
import { markdownSections } from '../page/markdown-page.js';
import { type PageStyle, terminalSections } from '../page/terminal-page.js';
import { compareSections } from './compare-sections.js';
import type { Comparison } from './comparison.js';

const DEMO = 'DEMO: a scripted model played. This says nothing about any model.';

/** The comparison for a terminal. */
export function compareText(comparison: Comparison, style: PageStyle): string {
  const paint = palette(style.colour);
  const foot = [
    ...(comparison.demo ? ['', ` ${paint.warn(DEMO)}`] : []),
    '',
    ` ${paint.accent(PROVISIONAL)}`,
  ];
  return `${[...terminalSections(compareSections(comparison), style), ...foot].join('\n')}\n`;
}

/** The comparison as Markdown. */
export function compareMarkdown(comparison: Comparison): string {
  const demo = comparison.demo ? [`**${DEMO}**`, ''] : [];
  return `${[...markdownSections(compareSections(comparison)), ...demo, `_${PROVISIONAL}_`].join('\n')}\n`;
}

/** The cells as CSV, a row per cell; a value that was not measured is empty. */
export function compareCsv({ cells }: Comparison): string {
  const rows = cells.map((cell) => ({
    source: cell.source,
    demo: cell.demo,
    tui: cell.tui,
    model: cell.model,
    task_id: cell.taskId,
    task_digest: cell.taskDigest,
    scored: cell.n,
    unscored: cell.unscored,
    passed: cell.passed,
    pass_rate: cell.passRate,
    interval_low: cell.interval?.[0] ?? null,
    interval_high: cell.interval?.[1] ?? null,
    tokens_per_correct_task: cell.tokensPerCorrect,
    wall_clock_ms: cell.wallMs,
    blast_radius: cell.blastRadius,
    composite: cell.composite,
    measured: cell.measured,
  }));
  const names = Object.keys(rows[0] ?? { source: null });
  const lines = rows.map((row) => Object.values(row).map(field).join(','));
  return `${[names.join(','), ...lines].join('\r\n')}\r\n`;
}

function field(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  // A spreadsheet would run it as a formula.
  const text = inertText(value);
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
