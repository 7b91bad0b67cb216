import { stripVTControlCharacters } from 'node:util';
import { type RunOutput, withStablePaths } from '../grading/stable-paths.js';
import type { TestFormat } from '../tasks/manifest.js';

const MAX_LINES = 60;
const MAX_LINE_CHARS = 200;

/**
 * The lines about failed tests that two runs both print, without durations, directories and process ids: the text is
 * the same in every run. It leaves out lines that contain one of `secrets`, and compiler diagnostics, because they
 * would reveal the change.
 */
export function commonFailures(
  runs: readonly [RunOutput, RunOutput],
  format: TestFormat,
  secrets: readonly string[],
): string {
  const [first, second] = runs.map((run) => {
    const text = withoutVariableParts(`${run.stdout}\n${run.stderr}`, run);
    const lines = text.split('\n').filter((line) => !secrets.some((secret) => line.includes(secret)));
    return failureLines(lines, format);
  }) as [string[], string[]];
  const agreed = new Set(second);
  const lines = collapse(first.filter((line) => agreed.has(line)));
  return lines.length > MAX_LINES ? [...lines.slice(0, MAX_LINES), '…'].join('\n') : lines.join('\n');
}

function withoutVariableParts(output: string, run: RunOutput): string {
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

/**
 * Lines from one that matches `from` up to one that matches `to`, which is not included. Lines that match `without` are
 * left out.
 */
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

/** A line about a failure, in formats without a known structure. */
const ABOUT_FAILURE = /fail|error|exception|panic|expect|assert|not ok|mismatch|actual|want|got\b|should/i;
/** Compiler output: `a.c:3:5: warning: …` and the excerpt that follows it. */
const DIAGNOSTIC = /:\d+(?::\d+)?: (?:warning|error|note)\b|^ *\d* \|/;
/** Totals, and messages of the runner itself. */
const TOTALS =
  /^\s*(?:npm |make|# |\d+ (?:tests?|failing|passing)|The following tests FAILED|Errors while running|Error \d)/i;

function failureLines(lines: readonly string[], format: TestFormat): string[] {
  if (format === 'node-tap' || format === 'tap') return tapFailures(lines, format);
  if (format === 'go-test') return goFailures(lines);
  const block = BLOCKS[format];
  if (block === undefined)
    return lines.filter(
      (line) =>
        ABOUT_FAILURE.test(line) && ![TOTALS, STACK, DIAGNOSTIC].some((pattern) => pattern.test(line)),
    );
  const selected: string[] = [];
  let inside = false;
  for (const line of lines) {
    if (block.from.test(line)) inside = true;
    else if (inside && block.to.test(line)) inside = false;
    if (inside && !block.without?.test(line)) selected.push(line);
  }
  return selected;
}

/** YAML keys of a failed test that the text includes, and those that it leaves out. */
const INCLUDED_KEYS = new Set(['error', 'expected', 'actual']);
const OMITTED_KEYS = new Set(
  'at code name operator stack location failureType duration_ms type exitCode signal cause diff'.split(' '),
);

/** Name, message, expected and actual value of each failed test. In plain TAP a comment names the tests after it. */
function tapFailures(lines: readonly string[], format: TestFormat): string[] {
  const selected: string[] = [];
  let title: string | null = null;
  let scope = '';
  let heading: string | null = null;
  let included = false;
  for (const line of lines) {
    const comment = /^# (\S.*)$/.exec(line);
    if (format === 'tap' && comment) scope = `${comment[1]} > `;
    const result = /^\s*(not )?ok \d+(?: -)? (.*)$/.exec(line);
    if (result) {
      title = result[1] === undefined ? null : scope + result[2];
      included = false;
    }
    if (/^\s*\.\.\.$/.test(line)) title = null;
    if (result || title === null) continue;
    const key = /^\s*(\w+):(?: |$)/.exec(line)?.[1] ?? '';
    if (INCLUDED_KEYS.has(key)) included = true;
    else if (OMITTED_KEYS.has(key)) included = false;
    const text = line.trim().replace(/^error: (?:\|-$)?/, '');
    // A failed suite prints only how many of its tests failed.
    if (!included || text === '' || /^'?\d+ subtests? failed'?$/.test(text)) continue;
    if (heading !== title) selected.push(`${title}:`);
    heading = title;
    selected.push(`  ${text}`);
  }
  return selected;
}

/** The log of each failed Go test: the lines between its start and its end. */
function goFailures(lines: readonly string[]): string[] {
  const selected: string[] = [];
  let log: string[] = [];
  for (const line of lines) {
    const end = /^ *--- (PASS|FAIL|SKIP): (\S+)/.exec(line);
    if (/^=== RUN/.test(line)) log = [];
    else if (end) {
      if (end[1] === 'FAIL') selected.push(`${end[2]}:`, ...log);
      log = [];
    } else if (/^\s+\S/.test(line) || /^panic:/.test(line)) log.push(line);
  }
  return selected;
}

/** Removes blank lines at both ends, and repeated blank lines. */
function collapse(lines: readonly string[]): string[] {
  const text = lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '');
  return text === '' ? [] : text.split('\n');
}
