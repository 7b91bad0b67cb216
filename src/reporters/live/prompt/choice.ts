import stringWidth from 'string-width';
import type { Palette } from '../../text/palette.js';
import { safeLine } from '../../text/sanitize.js';
import { alignCell } from '../../text/table.js';
import {
  cancelled,
  caret,
  erasedText,
  isCancelKey,
  type Question,
  type QuestionState,
  stillOpen,
  typedText,
} from './question.js';

export interface Option<T> {
  label: string;
  value: T;
  /** Shown beside the label. */
  hint?: string;
  /** Show the hint as a warning: the option lacks something. */
  warning?: boolean;
}

export interface ChoiceOptions<T> {
  question: string;
  options: ReadonlyArray<Option<T>>;
  /** Value of the option under the cursor at the start. @default the first */
  initial?: T;
  /** Accepts typed text that is no option; `read` returns its value, or null if it is not valid. */
  typed?: { hint: string; read: (text: string) => T | null };
}

const MAX_SHOWN = 10;
const MAX_LABEL_COLUMNS = 48;
/** Rows of the question, the number of hidden options, and the keys. */
const OTHER_ROWS = 4;

/** Asks for one of many options, with the arrow keys or by typing a search. */
export function choice<T>({ question, options, initial, typed }: ChoiceOptions<T>): Question<T> {
  let filter = '';
  let cursor = Math.max(
    0,
    options.findIndex(({ value }) => value === initial),
  );

  const matches = (): Array<Option<T>> => {
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    const listed = options.filter(({ label, hint = '' }) =>
      words.every((word) => `${label} ${hint}`.toLowerCase().includes(word)),
    );
    const value = filter === '' || !typed ? null : typed.read(filter);
    if (value === null || listed.some((option) => option.value === value)) return listed;
    return [...listed, { label: String(value), value, hint: 'as typed' }];
  };
  const answer = (): QuestionState<T> => {
    const chosen = matches()[cursor];
    return chosen ? { kind: 'answered', value: chosen.value, echo: chosen.label } : stillOpen;
  };
  const move = (by: number) => {
    const count = matches().length;
    if (count > 0) cursor = (cursor + by + count) % count;
  };
  const search = (text: string) => {
    filter = text;
    cursor = 0;
  };

  return {
    press(input, key) {
      if (isCancelKey(input, key)) {
        if (!key.escape || filter === '') return cancelled;
        search('');
        return stillOpen;
      }
      if (key.upArrow || (key.ctrl && input === 'p')) move(-1);
      else if (key.downArrow || (key.ctrl && input === 'n')) move(1);
      else if (key.return) return answer();
      else {
        const erased = erasedText(filter, input, key);
        const { text, enter } = typedText(input, key);
        if (erased !== null) search(erased);
        else if (text !== '') search(filter + text);
        if (enter) return answer();
      }
      return stillOpen;
    },
    lines(paint, { rows }) {
      const found = matches();
      const room = Math.max(1, Math.min(MAX_SHOWN, rows - OTHER_ROWS));
      const top = Math.min(Math.max(0, cursor - (room >> 1)), Math.max(0, found.length - room));
      const shown = found.slice(top, top + room);
      const labelColumns = Math.min(
        MAX_LABEL_COLUMNS,
        Math.max(0, ...shown.map(({ label }) => stringWidth(safeLine(label, 200)))),
      );
      const hidden = found.length - shown.length;
      const placeholder = paint.dim(typed ? typed.hint : 'type to search');
      const line = filter === '' ? caret(paint) + placeholder : filter + caret(paint);
      return [
        ` ${paint.accent('?')} ${paint.strong(question)}  ${line}`,
        ...shown.map((option, i) => optionLine(option, { chosen: top + i === cursor, labelColumns, paint })),
        ...(found.length === 0 ? [paint.dim('   no match')] : []),
        ...(hidden > 0 ? [paint.dim(`   … ${hidden} more`)] : []),
        paint.dim(`   ↑↓ choose · enter accept · esc ${filter === '' ? 'cancel' : 'clear'}`),
      ];
    },
  };
}

function optionLine<T>(
  option: Option<T>,
  { chosen, labelColumns, paint }: { chosen: boolean; labelColumns: number; paint: Palette },
): string {
  const label = alignCell(safeLine(option.label, 200), { width: labelColumns, kind: 'text' });
  const hintPaint = option.warning ? paint.warn : paint.dim;
  const hint = option.hint ? `  ${hintPaint(safeLine(option.hint, 200))}` : '';
  return chosen ? ` ${paint.accent(`❯ ${label}`)}${hint}` : `   ${label}${hint}`;
}
