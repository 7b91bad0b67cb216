import type { Language } from './languages.js';

/** A lexical token of a source file. Blanks, comments and preprocessor lines are not tokens. */
export interface Token {
  kind: 'word' | 'number' | 'string' | 'mark';
  text: string;
  /** Offsets into the source. */
  start: number;
  end: number;
  /** 0-based. */
  line: number;
}

/** Longest first. */
const MARKS = [
  ...['>>>=', '===', '!==', '**=', '<<=', '>>=', '>>>', '...', '..=', '&&=', '||=', '??=', '//=', '<=>'],
  ...['=>', '->', '::', '==', '!=', '<=', '>=', '&&', '||', '??', '?.', '++', '--', '+=', '-=', '*=', '/='],
  ...['%=', '&=', '|=', '^=', '**', '<<', '>>', '..', ':=', '<-', '&^'],
];

const WORD = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const NUMBER = /(?:0[xXbBoO][\da-fA-F_]+|\d[\d_']*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?)\w*/y;

type Lexis = Language['lexis'];

/** Offset after the comment or directive that starts at `at`, or null when none does. */
function endOfComment(text: string, at: number, lexis: Lexis): number | null {
  if (lexis === 'python') return text[at] === '#' ? endOfLine(text, at) : null;
  if (text.startsWith('//', at)) return endOfLine(text, at);
  if (lexis === 'c' && text[at] === '#' && isFirstOnLine(text, at)) return endOfDirective(text, at);
  if (!text.startsWith('/*', at)) return null;
  if (lexis !== 'rust') return after(text, '*/', at + 2);
  let depth = 1;
  let offset = at + 2;
  while (depth > 0 && offset < text.length) {
    if (text.startsWith('/*', offset)) depth++;
    if (text.startsWith('*/', offset)) depth--;
    offset += text.startsWith('/*', offset) || text.startsWith('*/', offset) ? 2 : 1;
  }
  return offset;
}

/** Offset after the string, character or regular expression literal that starts at `at`, or null when none does. */
function endOfString(text: string, at: number, lexis: Lexis, previous: Token | undefined): number | null {
  const rest = text.slice(at, at + 24);
  switch (lexis) {
    case 'python': {
      const quote = /^[rRbBfFuU]{0,2}("""|'''|"|')/.exec(rest);
      if (!quote?.[1]) return null;
      const body = at + quote[0].length;
      return quote[1].length === 3 ? after(text, quote[1], body, '\\') : quoted(text, body, quote[1]);
    }
    case 'rust': {
      const raw = /^b?r(#*)"/.exec(rest);
      if (raw) return after(text, `"${raw[1]}`, at + raw[0].length);
      const character = /^b?'(?:\\.[^']*|[^\\'])'/u.exec(rest);
      if (character) return at + character[0].length;
      const plain = /^b?"/.exec(rest);
      return plain ? after(text, '"', at + plain[0].length, '\\') : null;
    }
    case 'go':
      if (rest.startsWith('`')) return after(text, '`', at + 1);
      break;
    case 'java':
      if (rest.startsWith('"""')) return after(text, '"""', at + 3, '\\');
      break;
    case 'c': {
      const raw = /^(?:u8|[uUL])?R"([^(\s]{0,16})\(/.exec(rest);
      if (raw) return after(text, `)${raw[1]}"`, at + raw[0].length);
      break;
    }
    case 'javascript':
      if (rest.startsWith('`')) return endOfTemplate(text, at + 1);
      if (rest.startsWith('/') && !endsValue(previous)) return endOfRegExp(text, at + 1);
      break;
  }
  const quote = rest[0];
  return quote === '"' || quote === "'" ? quoted(text, at + 1, quote) : null;
}

/** Words after which a slash begins a regular expression. */
const BEFORE_VALUE = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'delete',
  'void',
  'throw',
  'do',
  'else',
  'await',
]);

function endsValue(token: Token | undefined): boolean {
  if (token === undefined) return false;
  if (token.kind === 'mark') return [')', ']', '}', '++', '--'].includes(token.text);
  return !BEFORE_VALUE.has(token.text);
}

function endOfRegExp(text: string, from: number): number | null {
  let inClass = false;
  for (let at = from; at < text.length && text[at] !== '\n'; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '[') inClass = true;
    else if (text[at] === ']') inClass = false;
    else if (text[at] === '/' && !inClass)
      return at + 1 + (/^\w*/.exec(text.slice(at + 1, at + 10))?.[0].length ?? 0);
  }
  return null;
}

/** A template literal is one string, with all expressions in it. */
function endOfTemplate(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '`') return at + 1;
    else if (text.startsWith('${', at)) at = endOfBraces(text, at + 2) - 1;
  }
  return text.length;
}

function endOfBraces(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    const mark = text[at];
    if (mark === '`') at = endOfTemplate(text, at + 1) - 1;
    else if (mark === '"' || mark === "'") at = quoted(text, at + 1, mark) - 1;
    else if (mark === '{') depth++;
    else if (mark === '}' && --depth === 0) return at + 1;
  }
  return text.length;
}

/** Offset after a one-line literal; a literal that is not closed ends with its line. */
function quoted(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at + 1;
    else if (text[at] === '\n') return at;
  }
  return text.length;
}

/** Offset after the next occurrence of `end` that is not escaped. */
function after(text: string, end: string, from: number, escapeMark?: string): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === escapeMark) at++;
    else if (text.startsWith(end, at)) return at + end.length;
  }
  return text.length;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

function endOfDirective(text: string, at: number): number {
  let end = endOfLine(text, at);
  while (text[end - 1] === '\\' && end < text.length) end = endOfLine(text, end + 1);
  return end;
}

function isFirstOnLine(text: string, at: number): boolean {
  return text.slice(text.lastIndexOf('\n', at - 1) + 1, at).trim() === '';
}

/** Cuts a source text into tokens. Never throws: text in another language gives some tokens, too. */
export function tokenize(text: string, lexis: Lexis): Token[] {
  const tokens: Token[] = [];
  let line = 0;
  let at = 0;
  const take = (kind: Token['kind'] | null, end: number) => {
    const piece = text.slice(at, end);
    if (kind !== null) tokens.push({ kind, text: piece, start: at, end, line });
    line += piece.split('\n').length - 1;
    at = end;
  };
  while (at < text.length) {
    if (/\s/.test(text[at] ?? '')) {
      take(null, at + 1);
      continue;
    }
    const comment = endOfComment(text, at, lexis);
    if (comment !== null) {
      take(null, comment);
      continue;
    }
    const string = endOfString(text, at, lexis, tokens.at(-1));
    if (string !== null) take('string', string);
    else if (matches(WORD, text, at)) take('word', WORD.lastIndex);
    else if (matches(NUMBER, text, at)) take('number', NUMBER.lastIndex);
    else take('mark', at + (MARKS.find((mark) => text.startsWith(mark, at))?.length ?? 1));
  }
  return tokens;
}

function matches(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}
