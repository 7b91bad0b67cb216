import type { Palette } from '../text/palette.js';
import { safeLine } from '../text/sanitize.js';
import { hanging, wrap } from '../text/wrap.js';
import { plural, seconds } from './format.js';

/** A task and the results of its checks. Published by `tasks validate --json`. */
export interface TaskChecksResult {
  task_id: string;
  /** `refused`: it could not be read as a task that runs here. */
  verdict: 'valid' | 'invalid' | 'refused' | 'skipped' | 'unfinished';
  /** What is missing or went wrong; null when all checks ran. */
  missing: string | null;
  /** The checks, under their published key. */
  checks: ReadonlyArray<{
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

/** One task as lines: its verdict, then each failed check with the reason. */
export function taskChecksLines(result: TaskChecksResult, { paint, width }: Style): string[] {
  const { task_id, verdict, missing, checks } = result;
  const id = safeLine(task_id);
  if (verdict === 'skipped')
    return [` ${paint.dim('–')} ${id}  ${paint.dim(`skipped: ${safeLine(missing ?? '')}`)}`];
  const withoutChecks = (mark: string, what: string) =>
    wrap(`${id}  ${what}: ${safeLine(missing ?? '', 1_000)}`, width - 5).map((line, index) =>
      index === 0 ? ` ${mark} ${line}` : `     ${line}`,
    );
  if (verdict === 'unfinished') return withoutChecks(paint.warn('!'), 'not all checks ran');
  if (verdict === 'refused') return withoutChecks(paint.bad('✖'), 'refused');
  const passed = checks.filter(({ status }) => status === 'held').length;
  const elapsedMs = checks.reduce((sum, { elapsed_ms }) => sum + elapsed_ms, 0);
  const failed = checks.filter(({ status }) => status === 'failed');
  const mark = verdict === 'valid' ? paint.good('✔') : paint.bad('✖');
  const notes = checks.flatMap(({ status, why }) => (status === 'skipped' && why ? [safeLine(why)] : []));
  return [
    ` ${mark} ${id}  ${paint.dim([plural(passed, 'check'), seconds(elapsedMs), ...notes].join(' · '))}`,
    ...failed.flatMap(({ title, why }) =>
      hanging(`   ${paint.bad('✖')} `, safeLine(`${title}: ${why ?? 'it does not'}`, 1_000), width),
    ),
  ];
}

/** The last line: the number of tasks per verdict. */
export function taskChecksSummary(results: readonly TaskChecksResult[], { paint }: Style): string {
  const count = (verdict: TaskChecksResult['verdict']) =>
    results.filter((result) => result.verdict === verdict).length;
  const [valid, invalid, refused] = [count('valid'), count('invalid'), count('refused')];
  const [skipped, unfinished] = [count('skipped'), count('unfinished')];
  const parts = [
    plural(valid, 'valid task'),
    ...(invalid > 0 ? [`${invalid} invalid`] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(unfinished > 0 ? [`${unfinished} not checked to the end: this machine failed`] : []),
  ];
  const mark = invalid + refused > 0 ? paint.bad('✖') : unfinished > 0 ? paint.warn('!') : paint.good('✔');
  return ` ${mark} ${parts.join(', ')}`;
}
