import stringWidth from 'string-width';
import type { StepRecord } from '../../model/record.js';
import { plural, seconds } from '../documents/format.js';
import { asIs, type Paint, type Palette, palette } from '../text/palette.js';
import { safeLine, safeLines } from '../text/sanitize.js';
import { alignCell } from '../text/table.js';
import { truncate, wrap } from '../text/wrap.js';

const VERB_COLUMNS = 8;
const INDENT = ' '.repeat(3);
const HANGING = INDENT + ' '.repeat(VERB_COLUMNS);

/** How step lines are laid out. */
export interface StepLayout {
  /** Columns at which text wraps. */
  width: number;
  /** Keep each line within `width`: cut the target, so that the result after it stays visible. @default false */
  fit?: boolean;
  /** Show diffs, output and text up to much higher limits. @default false */
  unfolded?: boolean;
}

interface Limits {
  diff: number;
  output: number;
  failedOutput: number;
  prose: number;
}
const FOLDED: Limits = { diff: 8, output: 2, failedOutput: 6, prose: 4 };
const UNFOLDED: Limits = { diff: 200, output: 200, failedOutput: 200, prose: 60 };

/** A finished step as lines: what it did, then the most useful part of its content. At most ten lines when folded. */
export function stepLines(step: StepRecord, paint: Palette, layout: StepLayout): string[] {
  const limits = layout.unfolded ? UNFOLDED : FOLDED;
  switch (step.kind) {
    case 'tool':
      return toolLines(step, paint, layout, limits);
    case 'message':
      return proseLines('says', step.text ?? '', paint, layout, asIs);
    case 'reasoning':
      return proseLines('thinks', step.text ?? '', paint, layout, paint.dim);
    case 'error':
      return proseLines('error', step.text ?? '', paint, layout, paint.bad);
  }
}

/** Whether folding hides lines of the step. */
export function isFolded(step: StepRecord, layout: StepLayout): boolean {
  const plain = palette(false);
  const folded = stepLines(step, plain, { ...layout, unfolded: false });
  return folded.length < stepLines(step, plain, { ...layout, unfolded: true }).length;
}

const verb = (word: string, style: Paint) =>
  INDENT + style(alignCell(word, { width: VERB_COLUMNS, kind: 'text' }));

function proseLines(word: string, text: string, paint: Palette, layout: StepLayout, style: Paint): string[] {
  const { prose } = layout.unfolded ? UNFOLDED : FOLDED;
  const whole = safeLines(text, 1_000).filter(Boolean);
  const width = layout.width - HANGING.length;
  // Folded text is one paragraph, to show more of it.
  const lines = layout.unfolded ? whole.flatMap((line) => wrap(line, width)) : wrap(whole.join(' '), width);
  const shown = lines.slice(0, prose);
  if (lines.length > shown.length) shown.push('…');
  return shown.map(
    (line, i) => (i === 0 ? verb(word, word === 'error' ? paint.bad : paint.dim) : HANGING) + style(line),
  );
}

/** Minimum visible columns of a target, even if the line gets too long. */
const MIN_TARGET_COLUMNS = 12;

function toolLines(step: StepRecord, paint: Palette, layout: StepLayout, limits: Limits): string[] {
  const failed = step.ok === false || (step.exit_code !== null && step.exit_code !== 0);
  const word =
    step.action === 'other' || step.action === null
      ? safeLine(step.name ?? 'tool', VERB_COLUMNS - 1)
      : step.action;
  const diff = step.diff === null ? [] : safeLines(step.diff).filter((line) => /^[+-]/.test(line));
  const tail: string[] = [];
  if (diff.length > 0) tail.push(diffCount(diff, paint));
  const result = resultText(step, failed);
  if (result) tail.push((failed ? paint.bad : paint.dim)(result));
  const after = tail.map((part) => `   ${part}`).join('');
  const target = safeLine(step.target ?? '', 200);
  const room = layout.width - HANGING.length - stringWidth(after);
  const head =
    verb(word, failed ? paint.bad : paint.accent) +
    (layout.fit ? truncate(target, Math.max(MIN_TARGET_COLUMNS, room)) : target) +
    after;
  const detail =
    diff.length > 0 ? diffLines(diff, paint, limits.diff) : outputLines(step, failed, paint, limits);
  return [head.trimEnd(), ...detail.map((line) => HANGING + line)];
}

function resultText(step: StepRecord, failed: boolean): string {
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

function diffLines(diff: readonly string[], paint: Palette, max: number): string[] {
  const depth = Math.min(...diff.map((line) => line.slice(1).search(/\S|$/)));
  const shown = diff
    .slice(0, max)
    .map((line) => (line.startsWith('+') ? paint.good : paint.bad)(`${line[0]} ${line.slice(1 + depth)}`));
  const more = diff.length - shown.length;
  return more > 0 ? [...shown, paint.dim(`… ${plural(more, 'more line')}`)] : shown;
}

/** The last lines of the output, where test runners print their results. */
function outputLines(step: StepRecord, failed: boolean, paint: Palette, limits: Limits): string[] {
  if (step.output === null || (step.action !== 'shell' && !failed)) return [];
  const lines = safeLines(step.output, 200).filter(Boolean);
  const shown = lines.slice(-(failed ? limits.failedOutput : limits.output));
  const folded = lines.length - shown.length;
  const mark = folded > 0 ? [`… ${plural(folded, 'line')} above`] : [];
  return [...mark, ...shown].map(paint.dim);
}
