import type { StepRecord } from '../cell/record.js';
import { plural, seconds } from './format.js';
import { asIs, type Paint, type Palette } from './palette.js';
import { safeLine, safeLines } from './sanitize.js';
import { wrap } from './wrap.js';

const VERB_COLUMNS = 8;
const INDENT = ' '.repeat(3);
const HANGING = INDENT + ' '.repeat(VERB_COLUMNS);

const MAX_DIFF_LINES = 8;
const MAX_OUTPUT_LINES = { ok: 2, failed: 6 };
const MAX_PROSE_LINES = 4;

/** A finished step as lines, at most ten of them: what it was, then the little of it that tells most. */
export function stepLines(step: StepRecord, paint: Palette, width: number): string[] {
  switch (step.kind) {
    case 'tool':
      return toolLines(step, paint);
    case 'message':
      return proseLines('says', step.text ?? '', paint, width, asIs);
    case 'reasoning':
      return proseLines('thinks', step.text ?? '', paint, width, paint.dim);
    case 'error':
      return proseLines('error', step.text ?? '', paint, width, paint.bad);
  }
}

const verb = (word: string, ink: Paint) => INDENT + ink(word.padEnd(VERB_COLUMNS));

function proseLines(word: string, text: string, paint: Palette, width: number, ink: Paint): string[] {
  const lines = wrap(safeLines(text, 1_000).filter(Boolean).join(' '), width - HANGING.length);
  const shown = lines.slice(0, MAX_PROSE_LINES);
  if (lines.length > shown.length) shown.push('…');
  return shown.map(
    (line, i) => (i === 0 ? verb(word, word === 'error' ? paint.bad : paint.dim) : HANGING) + ink(line),
  );
}

function toolLines(step: StepRecord, paint: Palette): string[] {
  const failed = step.ok === false || (step.exit_code !== null && step.exit_code !== 0);
  const word =
    step.action === 'other' || step.action === null
      ? safeLine(step.name ?? 'tool', VERB_COLUMNS - 1)
      : step.action;
  const diff = step.diff === null ? [] : safeLines(step.diff).filter((line) => /^[+-]/.test(line));
  const head = [verb(word, failed ? paint.bad : paint.accent) + safeLine(step.target ?? '', 200)];
  if (diff.length > 0) head.push(diffCount(diff, paint));
  const outcome = outcomeOf(step, failed);
  if (outcome) head.push((failed ? paint.bad : paint.dim)(outcome));
  const detail = diff.length > 0 ? diffLines(diff, paint) : outputLines(step, failed, paint);
  return [head.join('   '), ...detail.map((line) => HANGING + line)];
}

function outcomeOf(step: StepRecord, failed: boolean): string {
  const parts: string[] = [];
  if (step.exit_code !== null) parts.push(`exit ${step.exit_code}`);
  else if (failed) parts.push('failed');
  if (step.duration_ms !== null && (step.action === 'shell' || step.duration_ms >= 1_000))
    parts.push(seconds(step.duration_ms));
  return parts.join(' · ');
}

function diffCount(diff: readonly string[], paint: Palette): string {
  const added = diff.filter((line) => line.startsWith('+')).length;
  return `${paint.good(`+${added}`)} ${paint.bad(`−${diff.length - added}`)}`;
}

function diffLines(diff: readonly string[], paint: Palette): string[] {
  const depth = Math.min(...diff.map((line) => line.slice(1).search(/\S|$/)));
  const shown = diff
    .slice(0, MAX_DIFF_LINES)
    .map((line) => (line.startsWith('+') ? paint.good : paint.bad)(`${line[0]} ${line.slice(1 + depth)}`));
  const more = diff.length - shown.length;
  return more > 0 ? [...shown, paint.dim(`… ${plural(more, 'more line')}`)] : shown;
}

/** The end of what a command printed: that is where a test run says what it found. */
function outputLines(step: StepRecord, failed: boolean, paint: Palette): string[] {
  if (step.output === null || (step.action !== 'shell' && !failed)) return [];
  const lines = safeLines(step.output, 200).filter(Boolean);
  const shown = lines.slice(-(failed ? MAX_OUTPUT_LINES.failed : MAX_OUTPUT_LINES.ok));
  const folded = lines.length - shown.length;
  const mark = folded > 0 ? [`… ${plural(folded, 'line')} above`] : [];
  return [...mark, ...shown].map(paint.dim);
}
