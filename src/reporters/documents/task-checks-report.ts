import type { Palette } from '../text/palette.js';
import { safeLine } from '../text/sanitize.js';
import { wrap } from '../text/wrap.js';
import { plural, seconds } from './format.js';

/** A task on its ladder, as `tasks validate` found it. */
export interface LadderResult {
  task_id: string;
  /** `refused`: it could not be read as a task that runs here. */
  verdict: 'valid' | 'invalid' | 'refused' | 'skipped' | 'unfinished';
  /** What is missing, or went wrong; null for a task that was tried to the end. */
  missing: string | null;
  rungs: ReadonlyArray<{
    id: string;
    title: string;
    status: 'held' | 'failed' | 'skipped';
    why: string | null;
    elapsed_ms: number;
  }>;
}

interface Style {
  paint: Palette;
  width: number;
}

/** One task as lines: a mark, and for every rung that failed which one and why. */
export function ladderLines(result: LadderResult, { paint, width }: Style): string[] {
  const { task_id, verdict, missing, rungs } = result;
  const id = safeLine(task_id);
  if (verdict === 'skipped')
    return [` ${paint.dim('–')} ${id}  ${paint.dim(`skipped: ${safeLine(missing ?? '')}`)}`];
  const told = (mark: string, what: string) =>
    wrap(`${id}  ${what}: ${safeLine(missing ?? '', 1_000)}`, width - 5).map(
      (line, index) => ` ${index === 0 ? mark : ' '} ${index === 0 ? line : `  ${line}`}`,
    );
  if (verdict === 'unfinished') return told(paint.warn('!'), 'not tried to the end');
  if (verdict === 'refused') return told(paint.bad('✖'), 'refused');
  const held = rungs.filter(({ status }) => status === 'held').length;
  const elapsedMs = rungs.reduce((sum, { elapsed_ms }) => sum + elapsed_ms, 0);
  const failed = rungs.filter(({ status }) => status === 'failed');
  const mark = verdict === 'valid' ? paint.good('✔') : paint.bad('✖');
  const notes = rungs.flatMap(({ status, why }) => (status === 'skipped' && why ? [safeLine(why)] : []));
  return [
    ` ${mark} ${id}  ${paint.dim([plural(held, 'rung'), seconds(elapsedMs), ...notes].join(' · '))}`,
    ...failed.flatMap(({ title, why }) =>
      wrap(safeLine(`${title}: ${why ?? 'it does not'}`, 1_000), width - 5).map(
        (line, index) => `   ${index === 0 ? paint.bad('✖') : ' '} ${line}`,
      ),
    ),
  ];
}

/** The last line: how many of each. */
export function ladderSummary(results: readonly LadderResult[], { paint }: Style): string {
  const count = (verdict: LadderResult['verdict']) =>
    results.filter((result) => result.verdict === verdict).length;
  const [valid, invalid, refused] = [count('valid'), count('invalid'), count('refused')];
  const [skipped, unfinished] = [count('skipped'), count('unfinished')];
  const parts = [
    plural(valid, 'valid task'),
    ...(invalid > 0 ? [`${invalid} invalid`] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(unfinished > 0 ? [`${unfinished} not tried to the end: this machine failed`] : []),
  ];
  const mark = invalid + refused > 0 ? paint.bad('✖') : unfinished > 0 ? paint.warn('!') : paint.good('✔');
  return ` ${mark} ${parts.join(', ')}`;
}
