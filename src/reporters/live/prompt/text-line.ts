import { caret, erased, leaves, left, type Question, stillOpen, typedText } from './question.js';

export interface TextLineOptions {
  question: string;
  /** What it is for, or what an empty answer means. */
  hint: string;
  /** Never shown, neither while it is typed nor afterwards. */
  hidden?: boolean;
  /** A sentence when the answer will not do. */
  refuse?: (text: string) => string | null;
}

/** One line of text; empty when nothing was typed. */
export function textLine({
  question,
  hint,
  hidden = false,
  refuse = () => null,
}: TextLineOptions): Question<string> {
  let text = '';
  let wrong: string | null = null;
  return {
    press(input, key) {
      if (leaves(input, key)) return left;
      const shorter = erased(text, input, key);
      const typed = typedText(input, key);
      text = shorter ?? text + typed.text;
      wrong = null;
      if (!typed.enter) return stillOpen;
      wrong = refuse(text);
      if (wrong !== null) return stillOpen;
      const echo = text === '' ? 'none' : hidden ? 'given, not kept' : text;
      return { kind: 'answered', value: text, echo };
    },
    lines(paint) {
      // Its length would tell something too.
      const shown = hidden ? (text === '' ? '' : '(hidden)') : text;
      const after = text === '' ? paint.dim(hint) : '';
      return [
        ` ${paint.accent('?')} ${paint.strong(question)}  ${shown}${caret(paint)}${after}`,
        ...(wrong === null ? [] : [`   ${paint.warn(wrong)}`]),
        paint.dim('   enter take · esc leave'),
      ];
    },
  };
}
