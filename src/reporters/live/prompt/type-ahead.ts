import type { Key } from 'ink';

/** One key, or text that arrived as one input. */
export interface Press {
  input: string;
  key: Key;
}

/** A queue of keys that were typed before the question that takes them. */
export interface TypeAhead {
  push(press: Press): void;
  /** Removes and returns the first key. */
  take(): Press | undefined;
  isEmpty(): boolean;
  clear(): void;
}

export function typeAhead(): TypeAhead {
  let presses: Press[] = [];
  return {
    push(press) {
      // Enter without text would accept the default of a question that the user has not read.
      const last = presses.at(-1);
      if (isLineEnd(press) && (last === undefined || endsLine(last))) return;
      presses.push(press);
    },
    take: () => presses.shift(),
    isEmpty: () => presses.length === 0,
    clear() {
      presses = [];
    },
  };
}

/** Splits one input after each line end, so that the next question gets the rest. */
export function splitLines({ input, key }: Press): Press[] {
  const parts = input.match(/[^\r\n]*(?:\r\n?|\n)|[^\r\n]+$/g);
  if (parts === null || parts.length < 2) return [{ input, key }];
  return parts.map((part) => ({ input: part, key }));
}

/** Pasted text as an input without any key. */
export function pastedText(text: string): Press {
  return { input: text, key: NO_KEY };
}

const isLineEnd = ({ input, key }: Press) => key.return || /^[\r\n]+$/.test(input);
const endsLine = ({ input, key }: Press) => key.return || /[\r\n]/.test(input);

const NO_KEY: Key = {
  ...{ upArrow: false, downArrow: false, leftArrow: false, rightArrow: false },
  ...{ pageDown: false, pageUp: false, home: false, end: false },
  ...{ return: false, escape: false, tab: false, backspace: false, delete: false },
  ...{ ctrl: false, shift: false, meta: false, super: false, hyper: false, capsLock: false, numLock: false },
};
