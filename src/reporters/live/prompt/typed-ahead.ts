import type { Key } from 'ink';

/** One key, or text that came at once. */
export interface Press {
  input: string;
  key: Key;
}

/** Keys that were typed while no question was there to take them, in their order. */
export interface TypedAhead {
  push(press: Press): void;
  /** The first one, which is then gone. */
  take(): Press | undefined;
  isEmpty(): boolean;
  clear(): void;
}

export function typedAhead(): TypedAhead {
  let presses: Press[] = [];
  return {
    push(press) {
      // Enter takes what was typed. With nothing typed it would take the default of a question that nobody has read.
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

/** What was typed at once, cut behind each line end: the next question gets the rest. */
export function linesOf({ input, key }: Press): Press[] {
  const parts = input.match(/[^\r\n]*(?:\r\n?|\n)|[^\r\n]+$/g);
  if (parts === null || parts.length < 2) return [{ input, key }];
  return parts.map((part) => ({ input: part, key }));
}

/** What was pasted: text, whatever is in it. */
export function pasted(text: string): Press {
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
