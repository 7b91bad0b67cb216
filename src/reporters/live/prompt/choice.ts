import type { Palette } from '../../text/palette.js';
import { safeLine } from '../../text/sanitize.js';
import {
  caret,
  erased,
  leaves,
  left,
  type Outcome,
  type Question,
  stillOpen,
  typedText,
} from './question.js';

export interface Option<T> {
  label: string;
  value: T;
  /** Said beside the label. */
  hint?: string;
  /** Stands out: something is missing for this one. */
  warning?: boolean;
}

export interface ChoiceOptions<T> {
  question: string;
  options: ReadonlyArray<Option<T>>;
  /** Of the option that the cursor starts on. @default the first */
  initial?: T;
  /** What else may be typed: its value, or null when it is none. */
  typed?: { hint: string; read: (text: string) => T | null };
}

const MAX_SHOWN = 10;
/** The question, the line for what is above or below, and the keys. */
const OTHER_ROWS = 4;

/** One of many: arrows, or typing what is looked for. */
export function choice<T>({ question, options, initial, typed }: ChoiceOptions<T>): Question<T> {
  let filter = '';
  let cursor = Math.max(
    0,
    options.findIndex(({ value }) => value === initial),
  );

  const matching = (): Array<Option<T>> => {
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    const found = options.filter(({ label, hint = '' }) =>
      words.every((word) => `${label} ${hint}`.toLowerCase().includes(word)),
    );
    const own = filter === '' || !typed ? null : typed.read(filter);
    const isListed = found.some(({ value }) => value === own);
    return own === null || isListed
      ? found
      : [...found, { label: String(own), value: own, hint: 'as typed' }];
  };
  const answer = (): Outcome<T> => {
    const chosen = matching()[cursor];
    return chosen ? { kind: 'answered', value: chosen.value, echo: chosen.label } : stillOpen;
  };
  const move = (by: number) => {
    const count = matching().length;
    if (count > 0) cursor = (cursor + by + count) % count;
  };
  const search = (text: string) => {
    filter = text;
    cursor = 0;
  };

  return {
    press(input, key) {
      if (leaves(input, key)) {
        if (!key.escape || filter === '') return left;
        search('');
        return stillOpen;
      }
      if (key.upArrow || (key.ctrl && input === 'p')) move(-1);
      else if (key.downArrow || (key.ctrl && input === 'n')) move(1);
      else if (key.return) return answer();
      else {
        const shorter = erased(filter, input, key);
        const { text, enter } = typedText(input, key);
        if (shorter !== null) search(shorter);
        else if (text !== '') search(filter + text);
        if (enter) return answer();
      }
      return stillOpen;
    },
    lines(paint, { rows }) {
      const found = matching();
      const room = Math.max(1, Math.min(MAX_SHOWN, rows - OTHER_ROWS));
      const top = Math.min(Math.max(0, cursor - (room >> 1)), Math.max(0, found.length - room));
      const shown = found.slice(top, top + room);
      const width = Math.max(0, ...shown.map(({ label }) => label.length));
      const hidden = found.length - shown.length;
      const head = filter === '' ? paint.dim(typed ? typed.hint : 'type to search') : filter;
      return [
        ` ${paint.accent('?')} ${paint.strong(question)}  ${filter === '' ? caret(paint) + head : head + caret(paint)}`,
        ...shown.map((option, place) => optionLine(option, top + place === cursor, width, paint)),
        ...(found.length === 0 ? [paint.dim('   nothing matches')] : []),
        ...(hidden > 0 ? [paint.dim(`   … ${hidden} more`)] : []),
        paint.dim(`   ↑↓ choose · enter take · esc ${filter === '' ? 'leave' : 'clear'}`),
      ];
    },
  };
}

function optionLine<T>(option: Option<T>, chosen: boolean, width: number, paint: Palette): string {
  const label = safeLine(option.label, 200).padEnd(Math.min(width, 48));
  const ink = option.warning ? paint.warn : paint.dim;
  const hint = option.hint ? `  ${ink(safeLine(option.hint, 200))}` : '';
  return chosen ? ` ${paint.accent(`❯ ${label}`)}${hint}` : `   ${label}${hint}`;
}
