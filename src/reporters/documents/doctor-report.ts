import type { Check } from '../../model/record.js';
import { asIs, type Palette, palette } from '../text/palette.js';
import { safeLine } from '../text/sanitize.js';
import { alignCell } from '../text/table.js';
import { indented } from '../text/wrap.js';
import { plural } from './format.js';

export interface ReportStyle {
  /** Columns of the terminal; the report takes at most 100. */
  width: number;
  colour: boolean;
}

/** The parts of a health report, each as lines. */
export interface DoctorReport {
  section(title: string): string[];
  check(check: Check): string[];
  /** Something that was found on the machine, and its details. */
  item(title: string, detail: string): string[];
  /** The summary, notes, and the command to run next. */
  closing(checks: readonly Check[], notes: readonly string[], next: string | null): string[];
}

const MAX_WIDTH = 100;
const TITLE_COLUMNS = 15;
const LEAD_COLUMNS = 3 + 2 + TITLE_COLUMNS + 1;
const NARROW_INDENT = 5;
/** In a narrower terminal the details go below the titles. */
const MIN_TABLE_WIDTH = 60;

/** A health report for a terminal; without colour the text is the same. */
export function doctorReport(style: ReportStyle): DoctorReport {
  const width = Math.min(style.width, MAX_WIDTH);
  const paint = palette(style.colour);
  const marks = marksOf(paint);
  const narrow = width < MIN_TABLE_WIDTH;
  const indent = ' '.repeat(narrow ? NARROW_INDENT : LEAD_COLUMNS);
  const below = (text: string, style = asIs) => indented(indent, safeLine(text, 1_000), width, style);

  function row(mark: string, title: string, detail: string): string[] {
    const lead = `   ${mark} ${alignCell(safeLine(title, 40), { width: TITLE_COLUMNS, kind: 'text' })} `;
    const details = below(detail, paint.dim);
    if (narrow) return [lead.trimEnd(), ...details.filter((line) => line.trim() !== '')];
    const [first = '', ...more] = details;
    return [(lead + first.slice(LEAD_COLUMNS)).trimEnd(), ...more];
  }

  return {
    section: (title) => ['', ` ${paint.strong(safeLine(title, 200))}`],
    check: ({ status, title, detail, fix }) => [
      ...row(marks[status], title, detail),
      ...(fix === null ? [] : below(fix)),
    ],
    item: (title, detail) => row(paint.accent('●'), title, detail),
    closing(checks, notes, next) {
      const count = (status: Check['status']) => checks.filter((check) => check.status === status).length;
      return [
        '',
        ` ${summary(count('fail'), count('warn'), paint)}`,
        ...notes.flatMap((note) => indented('   ', safeLine(note), width, paint.dim)),
        // On one line, so that it can be copied.
        ...(next === null ? [] : [`   ${paint.dim('next')}   ${safeLine(next, 2_000)}`]),
      ];
    },
  };
}

function marksOf(paint: Palette): Record<Check['status'], string> {
  return { ok: paint.good('✔'), warn: paint.warn('!'), fail: paint.bad('✖'), skip: paint.dim('–') };
}

function summary(fails: number, warnings: number, paint: Palette): string {
  const warningText = warnings > 0 ? plural(warnings, 'warning') : '';
  if (fails > 0) {
    const problems = [plural(fails, 'problem'), warningText].filter(Boolean).join(' and ');
    return `${paint.bad('✖')} ${problems}: no run can succeed until this is fixed`;
  }
  return warningText ? `${paint.warn('!')} ready, with ${warningText}` : `${paint.good('✔')} ready`;
}
