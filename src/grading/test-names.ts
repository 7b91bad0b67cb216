import { stripVTControlCharacters } from 'node:util';
import type { TestFormat } from '../tasks/manifest.js';
import {
  parseAutomake,
  parseCtest,
  parseGtest,
  parsePlainTap,
  parsePytest,
  parseSpec,
  parseSurefire,
  parseUnity,
  type Report,
} from './runner-output.js';
import { type RunOutput, withStablePaths } from './stable-paths.js';

/** The status of each test by name, read from the output of a test run. Skipped tests are not included. */
export type TestStatuses = Map<string, 'passed' | 'failed'>;

interface Format {
  parse(output: string, report: Report): void;
  /** Between the name of a suite or module and the name of a test in it. */
  separator: string;
}

const FORMATS: Record<TestFormat, Format> = {
  libtest: { parse: parseLibtest, separator: '::' },
  unittest: { parse: parseUnittest, separator: '.' },
  'node-tap': { parse: parseTap, separator: ' > ' },
  'go-test': { parse: parseGoTest, separator: '/' },
  pytest: { parse: parsePytest, separator: '::' },
  spec: { parse: parseSpec, separator: ' > ' },
  tap: { parse: parsePlainTap, separator: ' > ' },
  automake: { parse: parseAutomake, separator: '/' },
  ctest: { parse: parseCtest, separator: '.' },
  gtest: { parse: parseGtest, separator: '.' },
  unity: { parse: parseUnity, separator: '.' },
  surefire: { parse: parseSurefire, separator: '.' },
  plain: { parse: parsePlain, separator: '.' },
  'exit-code': { parse: () => {}, separator: '' },
};

/**
 * Reads test names and statuses from the output of a run, stdout first. A name that failed once has failed. Names do not
 * depend on the directories of the run, even if the runner prints paths.
 */
export function readTestNames(format: TestFormat, run: RunOutput): TestStatuses {
  const statuses: TestStatuses = new Map();
  for (const stream of [run.stdout, run.stderr]) {
    FORMATS[format].parse(withStablePaths(stripVTControlCharacters(stream), run), (name, status) => {
      if (statuses.get(name) !== 'failed') statuses.set(name, status);
    });
  }
  return statuses;
}

/**
 * The status of a test by its full name or the last part of it. A short name of several tests passed if all of them
 * did.
 */
export function findTest(
  statuses: TestStatuses,
  format: TestFormat,
  name: string,
): 'passed' | 'failed' | 'not_run' {
  const exact = statuses.get(name);
  if (exact) return exact;
  const suffix = `${FORMATS[format].separator}${name}`;
  const matching = [...statuses].filter(([full]) => full.endsWith(suffix)).map(([, status]) => status);
  return matching.length === 0 ? 'not_run' : matching.includes('failed') ? 'failed' : 'passed';
}

/** The tests that ran and match none of `names`, sorted. Suites are not included. */
export function unnamedTests(
  statuses: TestStatuses,
  format: TestFormat,
  names: readonly string[],
): Array<{ name: string; status: 'passed' | 'failed' }> {
  const { separator } = FORMATS[format];
  const all = [...statuses.keys()];
  return [...statuses]
    .filter(([full]) => !names.some((name) => full === name || full.endsWith(`${separator}${name}`)))
    .filter(([full]) => !isSuiteOf(all, format, full))
    .map(([name, status]) => ({ name, status }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether the name is a suite: another name starts with it and the separator. */
export function isSuiteOf(names: readonly string[], format: TestFormat, name: string): boolean {
  const { separator } = FORMATS[format];
  return separator !== '' && names.some((other) => other.startsWith(`${name}${separator}`));
}

/** `test tests::name ... ok`, as cargo's test harness prints it. */
function parseLibtest(output: string, report: Report): void {
  for (const [, name, status] of output.matchAll(
    /^test (.+?)(?: - should panic)? \.\.\. (ok|FAILED)\b.*$/gm,
  )) {
    // The name of a documentation test contains its line number, which any change above it moves.
    if (name && !/\(line \d+\)$/.test(name)) report(name, status === 'ok' ? 'passed' : 'failed');
  }
}

const UNITTEST_HEAD = /^\s*(\S+) \(([\w.<>]+)\)/;
const UNITTEST_STATUS = /(?:^|\.\.\. |\s)(ok|FAIL|ERROR|expected failure|unexpected success|skipped .*)$/;

/**
 * `name (module.Class.name) ... ok` of `python -m unittest -v`. After a docstring the status is on the next line, and the
 * output of the test comes before it. Before Python 3.11 the parentheses do not contain the name.
 */
function parseUnittest(output: string, report: Report): void {
  let running: string | null = null;
  for (const line of output.split('\n')) {
    const summary = /^(?:FAIL|ERROR): (.*)$/.exec(line)?.[1];
    const head = UNITTEST_HEAD.exec(summary ?? line);
    if (head?.[1] && head[2]) running = head[2].endsWith(`.${head[1]}`) ? head[2] : `${head[2]}.${head[1]}`;
    if (running === null) continue;
    const status = summary === undefined ? UNITTEST_STATUS.exec(line)?.[1] : 'FAIL';
    if (status === undefined) continue;
    if (status === 'ok' || status === 'expected failure') report(running, 'passed');
    else if (!status.startsWith('skipped')) report(running, 'failed');
    running = null;
  }
}

/** TAP 14 of `node --test`: the name of a suite comes before its tests, and its result after them. */
function parseTap(output: string, report: Report): void {
  const suites: string[] = [];
  let yamlIndent: number | null = null;
  for (const line of output.split('\n')) {
    const indent = line.length - line.trimStart().length;
    const text = line.trim();
    if (yamlIndent !== null) {
      if (text === '...' && indent <= yamlIndent) yamlIndent = null;
      continue;
    }
    if (text === '---') yamlIndent = indent;
    const depth = Math.floor(indent / 4);
    const suite = /^# Subtest: (.*)$/.exec(text)?.[1];
    if (suite !== undefined) {
      suites.length = Math.min(suites.length, depth);
      suites[depth] = unescapeTap(suite);
    }
    const result = /^(not )?ok \d+(?: - (.*))?$/.exec(text);
    if (!result) continue;
    const [name = '', directive = ''] = (result[2] ?? '').split(/(?<!\\) # (?=skip|todo)/i);
    if (/^skip/i.test(directive)) continue;
    const path = [...suites.slice(0, depth), unescapeTap(name)].join(' > ');
    report(path, result[1] ? 'failed' : 'passed');
  }
}

function unescapeTap(name: string): string {
  return name.replace(/\\([\\#])/g, '$1').trimEnd();
}

/** `--- PASS: TestName/subtest (0.00s)` of `go test -v`, subtests indented; a skipped test prints `--- SKIP`. */
function parseGoTest(output: string, report: Report): void {
  for (const [, status, name] of output.matchAll(/^ *--- (PASS|FAIL): (\S+) \([\d.]+s\)$/gm)) {
    if (name) report(name, status === 'PASS' ? 'passed' : 'failed');
  }
}

/** `PASS name` and `FAIL name`, or `FAIL name: reason`: test programs without a framework print this. */
function parsePlain(output: string, report: Report): void {
  for (const [, status, name] of output.matchAll(/^(PASS|FAIL) ([\w./-]+)(?:: .*)?$/gm)) {
    if (name) report(name, status === 'PASS' ? 'passed' : 'failed');
  }
}
