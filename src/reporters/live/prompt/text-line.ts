import {
  cancelled,
  caret,
  erasedText,
  isCancelKey,
  type Question,
  stillOpen,
  typedText,
} from './question.js';

export interface TextLineOptions {
  question: string;
  /** What the answer is for, or what an empty answer means. */
  hint: string;
  /** Never show the answer. @default false */
  hidden?: boolean;
  /** Returns a sentence if the answer is not valid, or else null. */
  refuse?: (text: string) => string | null;
}

/** Asks for one line of text, which may be empty. */
export function textLine({
  question,
  hint,
  hidden = false,
  refuse = () => null,
}: TextLineOptions): Question<string> {
  let text = '';
  let refusal: string | null = null;
  return {
    press(input, key) {
      if (isCancelKey(input, key)) return cancelled;
      const erased = erasedText(text, input, key);
      const typed = typedText(input, key);
      text = erased ?? text + typed.text;
      refusal = null;
      if (!typed.enter) return stillOpen;
      refusal = refuse(text);
      if (refusal !== null) return stillOpen;
      const echo = text === '' ? 'none' : hidden ? 'given, not saved' : text;
      return { kind: 'answered', value: text, echo };
    },
    lines(paint) {
      // Not one mark per character: the length of a key is a secret too.
      const shown = hidden ? (text === '' ? '' : '(hidden)') : text;
      const after = text === '' ? paint.dim(hint) : '';
      return [
        ` ${paint.accent('?')} ${paint.strong(question)}  ${shown}${caret(paint)}${after}`,
        ...(refusal === null ? [] : [`   ${paint.warn(refusal)}`]),
        paint.dim('   enter accept · esc cancel'),
      ];
    },
  };
}
