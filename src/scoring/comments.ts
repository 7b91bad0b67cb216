interface Syntax {
  /** Starts a comment that ends with the line. */
  line: string;
  /** Start and end of a comment that may span lines. */
  block: readonly [string, string] | null;
  /** String literals, longest first: a comment marker inside them does not count. */
  string: RegExp;
}

const QUOTED = /"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'/y;
const HASH: Syntax = { line: '#', block: null, string: QUOTED };
const PYTHON: Syntax = {
  ...HASH,
  string:
    /"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'/y,
};
const SLASHES: Syntax = { line: '//', block: ['/*', '*/'], string: QUOTED };
const SCRIPT: Syntax = {
  ...SLASHES,
  string: /`(?:\\[\s\S]|[^`\\])*`|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'/y,
};
const GO: Syntax = { ...SLASHES, string: /`[^`]*`|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/y };
/** In Rust a single quote can start a lifetime: a character literal closes after one character. */
const RUST: Syntax = { ...SLASHES, string: /r(#*)"[\s\S]*?"\1|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[^']+|[^'\\])'/y };

const BY_EXTENSION: Readonly<Record<string, Syntax>> = {
  py: PYTHON,
  ...Object.fromEntries(['sh', 'rb', 'toml', 'yaml', 'yml', 'cfg', 'txt'].map((ext) => [ext, HASH])),
  ...Object.fromEntries(['js', 'mjs', 'cjs', 'ts', 'mts', 'cts', 'jsx', 'tsx'].map((ext) => [ext, SCRIPT])),
  ...Object.fromEntries(
    ['java', 'c', 'h', 'cc', 'cpp', 'hpp', 'cs', 'kt', 'swift'].map((ext) => [ext, SLASHES]),
  ),
  go: GO,
  rs: RUST,
};

/** Returns the trimmed comment lines of a source file. The extension determines the syntax; an unknown one has no comments. */
export function commentLines(path: string, source: string): string[] {
  const syntax = BY_EXTENSION[path.slice(path.lastIndexOf('.') + 1).toLowerCase()];
  if (!syntax) return [];
  const comments: string[] = [];
  let at = source.startsWith('#!') ? lineEnd(source, 0) : 0;
  while (at < source.length) {
    const { block } = syntax;
    syntax.string.lastIndex = at;
    const literal = syntax.string.exec(source);
    if (literal) at += literal[0].length;
    else if (source.startsWith(syntax.line, at)) {
      const end = lineEnd(source, at);
      comments.push(source.slice(at, end));
      at = end;
    } else if (block && source.startsWith(block[0], at)) {
      const close = source.indexOf(block[1], at + block[0].length);
      const end = close === -1 ? source.length : close + block[1].length;
      comments.push(...source.slice(at, end).split('\n'));
      at = end;
    } else at += source[at] === '\\' ? 2 : 1;
  }
  return comments.map((line) => line.trim()).filter((line) => line !== '');
}

function lineEnd(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end === -1 ? source.length : end;
}
