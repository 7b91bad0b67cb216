import { type Edit, isFirstOnLine, type Source } from './source.js';
import type { Token } from './tokens.js';

/** Token indices of an `if`, its condition and its block. */
interface Branch {
  /** The word `if` or `elif`. */
  at: number;
  /** First token of the condition. */
  from: number;
  /** After its last token. */
  to: number;
  /** First token of the block: `{`, or the first token of the first statement. */
  body: number;
}

/** Conditions that bind a name, or that the compiler evaluates, are not negated. */
const BINDS = new Set(['let', ':=', ';', 'constexpr', ':']);

function branches(source: Source): Branch[] {
  const { tokens, lexis, closing } = source;
  return tokens.flatMap(({ text, kind }, at): Branch[] => {
    if (kind !== 'word' || (text !== 'if' && text !== 'elif')) return [];
    if (lexis === 'python') {
      // Anywhere else it is a conditional expression or a comprehension.
      if (!isFirstOnLine(source, at)) return [];
      const colon = endAtDepth0(source, at + 1, ':');
      return colon === -1 ? [] : [{ at, from: at + 1, to: colon, body: colon + 1 }];
    }
    if (lexis === 'rust' || lexis === 'go') {
      const brace = endAtDepth0(source, at + 1, '{');
      return brace === -1 ? [] : [{ at, from: at + 1, to: brace, body: brace }];
    }
    const close = tokens[at + 1]?.text === '(' ? closing(at + 1) : -1;
    return close === -1 ? [] : [{ at, from: at + 2, to: close, body: close + 1 }];
  });
}

/** Index of the first such mark outside of all brackets, or -1. */
function endAtDepth0({ tokens, closing }: Source, from: number, mark: string): number {
  for (let at = from; at < tokens.length; at++) {
    const { text } = tokens[at] as Token;
    if (text === mark) return at;
    if (text === '(' || text === '[' || text === '{') {
      const close = closing(at);
      if (close === -1) return -1;
      at = close;
    }
    if (text === ';' || text === '=>') return -1;
  }
  return -1;
}

/** `if (a && b)` becomes `if (!(a && b))`. */
export function negateCondition(source: Source): Edit[] {
  const { tokens, text, lexis } = source;
  return branches(source).flatMap(({ from, to }): Edit[] => {
    const condition = tokens.slice(from, to);
    const [first, last] = [condition[0], condition.at(-1)];
    if (!first || !last || condition.some((token) => BINDS.has(token.text))) return [];
    const replacement = negated(text.slice(first.start, last.end), lexis === 'python' ? 'not ' : '!');
    return [{ start: first.start, end: last.end, replacement }];
  });
}

/** A name, field or call: it can be negated without parentheses. */
const UNARY = /^[\w.$:?]+(?:\([^()]*\))?$/;

function negated(condition: string, not: string): string {
  if (condition.startsWith(not)) {
    const rest = condition.slice(not.length).trimStart();
    if (UNARY.test(rest)) return rest;
  }
  return UNARY.test(condition) ? `${not}${condition}` : `${not}(${condition})`;
}

/** Statements that leave the block. */
const LEAVES = new Set(['return', 'throw', 'raise', 'panic', 'continue']);

/** Removes the lines of an `if` whose only statement leaves the block. */
export function removedGuard(source: Source): Edit[] {
  const { tokens, text, lexis } = source;
  return branches(source).flatMap((branch): Edit[] => {
    const { at } = branch;
    if (!isFirstOnLine(source, at) || tokens[at]?.text !== 'if') return [];
    const last = lexis === 'python' ? pythonBlockEnd(source, branch) : blockEnd(source, branch);
    if (last === -1 || ['else', 'elif'].includes(tokens[last + 1]?.text ?? '')) return [];
    const start = text.lastIndexOf('\n', tokens[at]?.start ?? 0) + 1;
    const lineEnd = text.indexOf('\n', tokens[last]?.end);
    return [{ start, end: lineEnd === -1 ? text.length : lineEnd + 1, replacement: '' }];
  });
}

/** Index of the last token of a block whose only statement leaves it, or -1. */
function blockEnd({ tokens, closing }: Source, { body }: Branch): number {
  const braced = tokens[body]?.text === '{';
  if (!LEAVES.has(tokens[braced ? body + 1 : body]?.text ?? '')) return -1;
  if (!braced) return tokens.findIndex(({ text }, index) => index > body && text === ';');
  const close = closing(body);
  const inside = tokens.slice(body + 1, close);
  const statements = new Set(inside.filter(({ text }) => text === ';').map(({ start }) => start));
  // Without semicolons, only a block on one line is known to be one statement.
  const opens = inside.filter(({ text }) => LEAVES.has(text)).length;
  const spread = (inside.at(-1)?.line ?? 0) - (inside[0]?.line ?? 0);
  return close !== -1 && statements.size <= 1 && opens === 1 && (statements.size === 1 || spread === 0)
    ? close
    : -1;
}

function pythonBlockEnd({ tokens, text }: Source, { at, body }: Branch): number {
  const column = (token: Token) => token.start - (text.lastIndexOf('\n', token.start - 1) + 1);
  const [head, first] = [tokens[at], tokens[body]];
  if (!head || !first || !LEAVES.has(first.text) || first.line === head.line) return -1;
  let last = body;
  for (let index = body + 1; index < tokens.length; index++) {
    const token = tokens[index] as Token;
    const opensLine = token.line !== tokens[index - 1]?.line;
    if (opensLine && column(token) <= column(head)) break;
    // A second statement has the indentation of the first; a continuation line has more.
    if (opensLine && column(token) === column(first) && ![')', ']', '}'].includes(token.text)) return -1;
    last = index;
  }
  return last;
}
