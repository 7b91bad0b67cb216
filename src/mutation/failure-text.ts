import { stripVTControlCharacters } from 'node:util';
import { type RunOutput, withStablePaths } from '../grading/stable-paths.js';
import type { TestFormat } from '../tasks/manifest.js';

const MAX_LINES = 60;
const MAX_LINE_CHARS = 200;

/**
 * What the failing tests print, as far as two runs agree on it: nothing in it tells of the time, the place or the
 * process, and so it is the same next year. Lines that hold one of `secrets`, and what a compiler says of the source,
 * are left out: they would give the change away.
 */
export function commonFailures(
  runs: readonly [RunOutput, RunOutput],
  format: TestFormat,
  secrets: readonly string[],
): string {
  const [first, second] = runs.map((run) => {
    const text = steady(`${run.stdout}\n${run.stderr}`, run);
    const lines = text.split('\n').filter((line) => !secrets.some((secret) => line.includes(secret)));
    return failureLines(lines, format);
  }) as [string[], string[]];
  const agreed = new Set(second);
  const lines = collapse(first.filter((line) => agreed.has(line)));
  return lines.length > MAX_LINES ? [...lines.slice(0, MAX_LINES), '…'].join('\n') : lines.join('\n');
}

function steady(output: string, run: RunOutput): string {
  return withStablePaths(stripVTControlCharacters(output), run)
    .replace(/ ?\(\d+(?:\.\d+)? ?m?s\)/g, '')
    .replace(/ in \d+(?:\.\d+)? ?m?s\b/g, '')
    .replace(
      /[ ,:-]*\b(?:time elapsed|elapsed|time|took|duration)(?: time)?:? *\d+(?:\.\d+)? ?(?:m?s|sec(?:ond)?s?)\b/gi,
      '',
    )
    .replace(/^(thread '.*?') \(\d+\) panicked/gm, '$1 panicked')
    .replace(/0x[\da-f]{6,}/gi, '0x…')
    .split('\n')
    .map((line) => {
      const text = line.trimEnd();
      return text.length > MAX_LINE_CHARS ? `${text.slice(0, MAX_LINE_CHARS)}…` : text;
    })
    .join('\n');
}

/** From a line that matches `from` to one that matches `to`, which is not part of it. */
interface Block {
  from: RegExp;
  to: RegExp;
  without?: RegExp;
}

const NEVER = /(?!)/;
const STACK = /^\s*at .*[:(]/;

const BLOCKS: Partial<Record<TestFormat, Block>> = {
  libtest: { from: /^---- .* stdout ----$/, to: /^failures:$/, without: /RUST_BACKTRACE|^\s*\d+: / },
  unittest: { from: /^(?:FAIL|ERROR): /, to: /^(?:={20,}|Ran \d+ tests?.*)$/, without: /^-{20,}$/ },
  pytest: { from: /^(?:E {3}|_{3,} .* _{3,}$)/, to: /^(?!E {3}|_{3,} )/ },
  surefire: {
    from: /^(?:\[\w+\] )?Results ?:$/,
    to: /^(?:\[\w+\] )?Tests run: /,
    without: /Results ?:$|^\[\w+\]$/,
  },
  spec: {
    from: /^\s*(?:1\) .*|● .*|⎯+ Failed Tests.*)$|^\s+\d+ failing$/,
    to: NEVER,
    without:
      /^\s*(?:at |❯ .*:\d+:\d+|Tests?:? |Test (?:Files|Suites)|Snapshots|Time|Duration|Start at|Ran all|npm )|⎯{5}/,
  },
};

/** A line that says something of a failure, in the formats of which no more is known. */
const TELLING = /fail|error|exception|panic|expect|assert|not ok|mismatch|actual|want|got\b|should/i;
/** Of compilers: `a.c:3:5: warning: …`, and the excerpt that follows it. */
const DIAGNOSTIC = /:\d+(?::\d+)?: (?:warning|error|note)\b|^ *\d* \|/;
/** Sums, and the runners' own complaints. */
const SUMS =
  /^\s*(?:npm |make|# |\d+ (?:tests?|failing|passing)|The following tests FAILED|Errors while running|Error \d)/i;

function failureLines(lines: readonly string[], format: TestFormat): string[] {
  if (format === 'node-tap' || format === 'tap') return tapFailures(lines, format);
  if (format === 'go-test') return goFailures(lines);
  const block = BLOCKS[format];
  if (block === undefined)
    return lines.filter(
      (line) => TELLING.test(line) && ![SUMS, STACK, DIAGNOSTIC].some((pattern) => pattern.test(line)),
    );
  const taken: string[] = [];
  let inside = false;
  for (const line of lines) {
    if (block.from.test(line)) inside = true;
    else if (inside && block.to.test(line)) inside = false;
    if (inside && !block.without?.test(line)) taken.push(line);
  }
  return taken;
}

const TOLD = new Set(['error', 'expected', 'actual']);
const UNTOLD = new Set(
  'at code name operator stack location failureType duration_ms type exitCode signal cause diff'.split(' '),
);

/** Name, message, expected and actual of each failed test. Elsewhere than in node's, a comment names what follows. */
function tapFailures(lines: readonly string[], format: TestFormat): string[] {
  const taken: string[] = [];
  let title: string | null = null;
  let scope = '';
  let heading: string | null = null;
  let keeping = false;
  for (const line of lines) {
    const comment = /^# (\S.*)$/.exec(line);
    if (format === 'tap' && comment) scope = `${comment[1]} > `;
    const result = /^\s*(not )?ok \d+(?: -)? (.*)$/.exec(line);
    if (result) {
      title = result[1] === undefined ? null : scope + result[2];
      keeping = false;
    }
    if (/^\s*\.\.\.$/.test(line)) title = null;
    if (result || title === null) continue;
    const key = /^\s*(\w+):(?: |$)/.exec(line)?.[1] ?? '';
    if (TOLD.has(key)) keeping = true;
    else if (UNTOLD.has(key)) keeping = false;
    const text = line.trim().replace(/^error: (?:\|-$)?/, '');
    // Of a suite it only says that something in it failed.
    if (!keeping || text === '' || /^'?\d+ subtests? failed'?$/.test(text)) continue;
    if (heading !== title) taken.push(`${title}:`);
    heading = title;
    taken.push(`  ${text}`);
  }
  return taken;
}

/** What a failing Go test logs stands between its start and its end, among that of the others. */
function goFailures(lines: readonly string[]): string[] {
  const taken: string[] = [];
  let log: string[] = [];
  for (const line of lines) {
    const end = /^ *--- (PASS|FAIL|SKIP): (\S+)/.exec(line);
    if (/^=== RUN/.test(line)) log = [];
    else if (end) {
      if (end[1] === 'FAIL') taken.push(`${end[2]}:`, ...log);
      log = [];
    } else if (/^\s+\S/.test(line) || /^panic:/.test(line)) log.push(line);
  }
  return taken;
}

/** One blank line at most between two others, none at the ends. */
function collapse(lines: readonly string[]): string[] {
  const text = lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '');
  return text === '' ? [] : text.split('\n');
}
