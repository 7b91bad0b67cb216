import type { Language } from './languages.js';
import { type Token, tokenize } from './tokens.js';

/** One source file as the operators see it. */
export interface Source {
  text: string;
  tokens: readonly Token[];
  lexis: Language['lexis'];
  /** Index of the mark that closes the bracket at this index; -1 when it is not closed. */
  closing(index: number): number;
}

/** A replacement of one range of a file. */
export interface Edit {
  start: number;
  end: number;
  replacement: string;
}

const CLOSES: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

export function readSource(text: string, lexis: Language['lexis']): Source {
  const tokens = tokenize(text, lexis);
  return {
    text,
    tokens,
    lexis,
    closing(index) {
      const open = tokens[index]?.text ?? '';
      let depth = 0;
      for (let at = index; at < tokens.length; at++) {
        if (tokens[at]?.text === open) depth++;
        else if (tokens[at]?.text === CLOSES[open] && --depth === 0) return at;
      }
      return -1;
    },
  };
}

/** Whether the token has a blank on both sides, as formatted operators have and brackets of type parameters do not. */
export function isSpaced({ text }: Source, { start, end }: Token): boolean {
  return /\s/.test(text[start - 1] ?? '') && /\s/.test(text[end] ?? '');
}

export function isFirstOnLine({ tokens }: Source, index: number): boolean {
  return index === 0 || tokens[index - 1]?.line !== tokens[index]?.line;
}
