import type { Check } from '../../model/record.js';
import { type Palette, palette } from '../text/palette.js';
import { safeLine } from '../text/sanitize.js';
import { wrap } from '../text/wrap.js';
import { plural } from './format.js';

export interface ReportStyle {
  /** Columns of the terminal; the report takes at most 100. */
  width: number;
  colour: boolean;
}

/** What a health report is made of, each piece as lines. */
export interface DoctorReport {
  section(title: string): string[];
  check(check: Check): string[];
  /** A thing that was found, with what is known of it. */
  item(title: string, detail: string): string[];
  /** The end: what is wrong, and what to do next. */
  closing(checks: readonly Check[], notes: readonly string[], next: string | null): string[];
}

const MAX_WIDTH = 100;
const TITLE_COLUMNS = 15;
const LEAD_COLUMNS = 3 + 2 + TITLE_COLUMNS + 1;
/** A terminal narrower than this has no room beside the titles. */
const MIN_TABLE_WIDTH = 60;

/** A health report for a terminal; without colour it reads the same. */
export function doctorReport(style: ReportStyle): DoctorReport {
  const width = Math.min(style.width, MAX_WIDTH);
  const paint = palette(style.colour);
  const marks = marksOf(paint);
  const column = width < MIN_TABLE_WIDTH ? 5 : LEAD_COLUMNS;
  const indented = (text: string, ink = (line: string) => line) =>
    wrap(safeLine(text, 1_000), width - column).map((line) => ' '.repeat(column) + ink(line));

  function row(mark: string, title: string, detail: string): string[] {
    const lead = `   ${mark} ${safeLine(title, 40).padEnd(TITLE_COLUMNS)} `;
    const [first = '', ...more] = indented(detail, paint.dim);
    if (column !== LEAD_COLUMNS) return [lead.trimEnd(), ...(first.trim() === '' ? [] : [first]), ...more];
    return [(lead + first.slice(column)).trimEnd(), ...more];
  }

  return {
    section: (title) => ['', ` ${paint.strong(safeLine(title, 200))}`],
    check: ({ status, title, detail, fix }) => [
      ...row(marks[status], title, detail),
      ...(fix === null ? [] : indented(fix)),
    ],
    item: (title, detail) => row(paint.accent('●'), title, detail),
    closing(checks, notes, next) {
      const count = (status: Check['status']) => checks.filter((check) => check.status === status).length;
      return [
        '',
        ` ${verdict(count('fail'), count('warn'), paint)}`,
        ...notes.flatMap((note) => wrap(safeLine(note), width - 3).map((line) => `   ${paint.dim(line)}`)),
        // Never broken, so that it can be copied.
        ...(next === null ? [] : [`   ${paint.dim('next')}   ${safeLine(next, 2_000)}`]),
      ];
    },
  };
}

function marksOf(paint: Palette): Record<Check['status'], string> {
  return { ok: paint.good('✔'), warn: paint.warn('!'), fail: paint.bad('✖'), skip: paint.dim('–') };
}

function verdict(fails: number, warnings: number, paint: Palette): string {
  const warned = warnings > 0 ? plural(warnings, 'warning') : '';
  if (fails > 0) {
    const wrong = plural(fails, 'problem');
    return `${paint.bad('✖')} ${warned ? `${wrong} and ${warned}` : wrong}: no run can be of use until this is mended`;
  }
  return warned ? `${paint.warn('!')} ready, with ${warned}` : `${paint.good('✔')} ready`;
}
