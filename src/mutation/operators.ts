import { negateCondition, removedGuard } from './block-operators.js';
import { type Edit, isSpaced, type Source } from './source.js';
import type { Token } from './tokens.js';

/** A kind of mutation. */
export interface Operator {
  name: string;
  /** Every edit that it can make in the file. */
  edits(source: Source): Edit[];
}

/** An operator that replaces single tokens. */
function swap(
  name: string,
  replacementOf: (token: Token, index: number, source: Source) => string | undefined,
): Operator {
  return {
    name,
    edits: (source) =>
      source.tokens.flatMap((token, index) => {
        const replacement = replacementOf(token, index, source);
        return replacement === undefined ? [] : [{ start: token.start, end: token.end, replacement }];
      }),
  };
}

const BOUNDARY: Record<string, string> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };
const EQUALITY: Record<string, string> = { '==': '!=', '!=': '==', '===': '!==', '!==': '===' };
const LOGIC: Record<string, string> = { '&&': '||', '||': '&&', and: 'or', or: 'and' };
const ARITHMETIC: Record<string, string> = { '+': '-', '-': '+', '*': '/', '/': '*', '+=': '-=', '-=': '+=' };
const TRUTH: Record<string, string> = { true: 'false', false: 'true', True: 'False', False: 'True' };
const EXTREMES: Record<string, string> = { min: 'max', max: 'min', Min: 'Max', Max: 'Min' };
const RESULT_CHECKS: Record<string, string> = {
  is_ok: 'is_err',
  is_err: 'is_ok',
  is_some: 'is_none',
  is_none: 'is_some',
};
const NULLS = new Set(['nil', 'null', 'None', 'NULL', 'nullptr', 'undefined']);
const LARGEST_CONSTANT = 1_000_000;

const isValue = (token: Token | undefined) =>
  token !== undefined &&
  (token.kind === 'word' || token.kind === 'number' || token.text === ')' || token.text === ']');
const opensValue = (token: Token | undefined) =>
  token !== undefined && (token.kind === 'word' || token.kind === 'number' || token.text === '(');
const own = (table: Record<string, string>, { kind, text }: Token, wanted: Token['kind'] = 'mark') =>
  kind === wanted && Object.hasOwn(table, text) ? table[text] : undefined;

export const OPERATORS: readonly Operator[] = [
  swap('shifted-boundary', (token, _, source) =>
    isSpaced(source, token) ? own(BOUNDARY, token) : undefined,
  ),
  swap('swapped-comparator', (token, index, { tokens }) =>
    isNullCheck(tokens, index) ? undefined : own(EQUALITY, token),
  ),
  swap('inverted-error-check', (token, index, { tokens }) => {
    if (isNullCheck(tokens, index)) return own(EQUALITY, token);
    return tokens[index + 1]?.text === '(' && tokens[index - 1]?.text === '.'
      ? own(RESULT_CHECKS, token, 'word')
      : undefined;
  }),
  { name: 'inverted-error-check', edits: invertedIsNone },
  swap('swapped-logic', (token) => own(LOGIC, token) ?? own(LOGIC, token, 'word')),
  swap('swapped-arithmetic', (token, index, source) => {
    const [before, after] = [source.tokens[index - 1], source.tokens[index + 1]];
    return isSpaced(source, token) && isValue(before) && opensValue(after)
      ? own(ARITHMETIC, token)
      : undefined;
  }),
  { name: 'off-by-one', edits: offByOne },
  swap('off-by-one', ({ text }, _, { lexis }) => (lexis === 'rust' && text === '..=' ? '..' : undefined)),
  swap('wrong-constant', (token, index, { tokens }) => {
    if (token.kind !== 'number' || !/^\d+$/.test(token.text) || tokens[index - 1]?.text === '.')
      return undefined;
    return Number(token.text) > LARGEST_CONSTANT ? undefined : String(Number(token.text) + 1);
  }),
  swap('wrong-constant', (token, index, { tokens }) =>
    tokens[index - 1]?.text === '.' ? undefined : own(TRUTH, token, 'word'),
  ),
  swap('wrong-extreme', (token, index, { tokens }) =>
    tokens[index + 1]?.text === '(' ? own(EXTREMES, token, 'word') : undefined,
  ),
  swap('lost-continue', ({ kind, text }) => (kind === 'word' && text === 'continue' ? 'break' : undefined)),
  { name: 'lost-negation', edits: lostNegation },
  { name: 'dropped-await', edits: droppedAwait },
  { name: 'swapped-arguments', edits: swappedArguments },
  { name: 'negated-condition', edits: negateCondition },
  { name: 'removed-guard', edits: removedGuard },
];

/** Whether the token compares with null. */
function isNullCheck(tokens: readonly Token[], index: number): boolean {
  return [tokens[index - 1], tokens[index + 1]].some((side) => side !== undefined && NULLS.has(side.text));
}

/** Swaps Python's `is None` and `is not None`. */
function invertedIsNone({ tokens, lexis }: Source): Edit[] {
  if (lexis !== 'python') return [];
  return tokens.flatMap((token, index): Edit[] => {
    const [next, third] = [tokens[index + 1], tokens[index + 2]];
    if (token.text !== 'is' || next === undefined) return [];
    if (next.text === 'None') return [{ start: token.start, end: token.end, replacement: 'is not' }];
    if (next.text !== 'not' || third?.text !== 'None') return [];
    return [{ start: token.start, end: next.end, replacement: 'is' }];
  });
}

/** `n + 1` becomes `n`. */
function offByOne(source: Source): Edit[] {
  const { tokens } = source;
  return tokens.flatMap((token, index): Edit[] => {
    const [before, one] = [tokens[index - 1], tokens[index + 1]];
    if (!['+', '-'].includes(token.text) || one?.text !== '1' || !isSpaced(source, token) || !isValue(before))
      return [];
    return [{ start: before?.end ?? token.start, end: one.end, replacement: '' }];
  });
}

function lostNegation({ tokens, text, lexis }: Source): Edit[] {
  return tokens.flatMap((token, index): Edit[] => {
    const next = tokens[index + 1];
    if (lexis === 'python') {
      const applies = token.text === 'not' && tokens[index - 1]?.text !== 'is' && next?.text !== 'in';
      return applies ? [{ start: token.start, end: next?.start ?? token.end, replacement: '' }] : [];
    }
    const prefix = token.text === '!' && next?.start === token.end && text[token.start - 1] !== '!';
    const macro =
      lexis === 'rust' && tokens[index - 1]?.kind === 'word' && tokens[index - 1]?.end === token.start;
    return prefix && !macro && next.text !== '!'
      ? [{ start: token.start, end: token.end, replacement: '' }]
      : [];
  });
}

function droppedAwait({ tokens, lexis }: Source): Edit[] {
  if (lexis !== 'javascript' && lexis !== 'python') return [];
  return tokens.flatMap((token, index): Edit[] => {
    const next = tokens[index + 1];
    if (
      token.text !== 'await' ||
      next === undefined ||
      ['for', 'async'].includes(tokens[index - 1]?.text ?? '')
    )
      return [];
    return [{ start: token.start, end: next.start, replacement: '' }];
  });
}

const DEFINES = new Set(['function', 'def', 'fn', 'func', 'class', 'fun']);
const KEYWORDS = new Set([
  'if',
  'for',
  'while',
  'switch',
  'catch',
  'match',
  'return',
  'with',
  'elif',
  'in',
  'range',
]);
const AFTER_A_SIGNATURE = new Set(['{', '=>', '->', ':', 'throws', 'const']);

/** `f(a, b)` becomes `f(b, a)` if both are names, fields or numbers. */
function swappedArguments({ tokens, text, closing }: Source): Edit[] {
  return tokens.flatMap((open, index): Edit[] => {
    const callee = tokens[index - 1];
    if (open.text !== '(' || callee?.kind !== 'word' || callee.end !== open.start) return [];
    if (KEYWORDS.has(callee.text) || DEFINES.has(tokens[index - 2]?.text ?? '')) return [];
    const close = closing(index);
    const inside = tokens.slice(index + 1, close);
    const comma = inside.findIndex((token) => token.text === ',');
    if (close === -1 || comma === -1 || AFTER_A_SIGNATURE.has(tokens[close + 1]?.text ?? '')) return [];
    const [first, second] = [inside.slice(0, comma), inside.slice(comma + 1)];
    if (!isSimple(first) || !isSimple(second)) return [];
    const cut = (part: readonly Token[]) => text.slice(part[0]?.start, part.at(-1)?.end);
    if (cut(first) === cut(second)) return [];
    const between = text.slice(first.at(-1)?.end, second[0]?.start);
    return [
      {
        start: open.end,
        end: second.at(-1)?.end ?? open.end,
        replacement: cut(second) + between + cut(first),
      },
    ];
  });
}

/** `name`, `name.field` or `1`. */
function isSimple(tokens: readonly Token[]): boolean {
  return (
    tokens.length % 2 === 1 &&
    tokens.every(({ kind, text }, index) =>
      index % 2 === 1 ? text === '.' : kind === 'word' || kind === 'number',
    )
  );
}
