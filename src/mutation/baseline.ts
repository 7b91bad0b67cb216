import type { GradingCopy } from '../grading/fresh-copy.js';
import { withStablePaths } from '../grading/stable-paths.js';
import { isSuiteOf, readTestNames } from '../grading/test-names.js';
import { UsageError } from '../model/errors.js';
import type { TestFormat } from '../tasks/manifest.js';
import { recogniseFormat, runTests, type TestRun, type TestSetup } from './run-tests.js';

/** What a project's tests do before anything is mutated. */
export interface Baseline {
  format: TestFormat;
  /** Names of the tests that passed in every run, sorted. */
  names: readonly string[];
  /** Duration of the slowest run. */
  elapsedMs: number;
}

/**
 * Runs the tests in two fresh copies, which stay built. Returns the names of the tests that pass in both.
 *
 * @throws UsageError `usage.baseline_not_green`, `usage.flaky_tests`, `usage.nameless_tests`
 */
export async function proveBaseline(
  copies: readonly [GradingCopy, GradingCopy],
  setup: TestSetup,
  {
    command,
    format: known,
    absent,
    onRun,
  }: {
    /** The test command as the user wrote it, for messages. */
    command: string;
    /** Null: recognised from the output. */
    format: TestFormat | null;
    /** Paths that the project has and the copies lack. */
    absent: readonly string[];
    onRun(run: number, of: number): void;
  },
): Promise<Baseline> {
  const testRuns: TestRun[] = [];
  for (const [index, copy] of copies.entries()) {
    const run = index + 1;
    onRun(run, copies.length);
    const testRun = await runTests(copy, setup);
    if (testRun.exitCode !== 0) throw notGreen(testRun, setup, { command, run, absent });
    testRuns.push(testRun);
  }
  const [first, second] = testRuns as [TestRun, TestRun];
  const format = known ?? recogniseFormat(first);
  if (format === null) throw nameless(first, command);
  const [before, after] = [readTestNames(format, first), readTestNames(format, second)];
  const passed = (statuses: typeof before) =>
    [...statuses].filter(([, status]) => status === 'passed').map(([name]) => name);
  // A name that only one run has contains a number or a date.
  const steady = passed(before).filter((name) => after.get(name) === 'passed');
  const names = steady.filter((name) => !isSuiteOf(steady, format, name)).sort();
  if (names.length === 0) throw nameless(first, command);
  return { format, names, elapsedMs: Math.max(first.elapsedMs, second.elapsedMs) };
}

function notGreen(
  testRun: TestRun,
  setup: TestSetup,
  { command, run, absent }: { command: string; run: number; absent: readonly string[] },
) {
  const { exitCode, timedOut, stdout, stderr } = testRun;
  const how = timedOut
    ? `did not end within ${setup.timeoutMs / 1000} s`
    : `ended with exit code ${exitCode ?? 'none'}`;
  if (run > 1) {
    return new UsageError(
      `The tests are flaky: ${command} passed once and then ${how}, without any change.`,
      {
        code: 'usage.flaky_tests',
        fix: 'Give a --test command that runs only the stable tests.',
      },
    );
  }
  const why = failingNames(testRun) ?? lastLine(withStablePaths(`${stdout}\n${stderr}`, testRun));
  return new UsageError(`The tests fail before any change: ${command} ${how}${why}.`, {
    code: 'usage.baseline_not_green',
    fix: adviceOn(testRun, absent),
  });
}

const MISSING_DEPENDENCY =
  /Cannot find (?:module|package) (?!['"]?[./])|ModuleNotFoundError|No module named|no matching package|can't find crate|unable to get packages from source|failed to (?:get|load|download)|no required module provides|module lookup disabled|cannot find package|GOPROXY|Could not resolve dependencies|package [\w.]+ does not exist|No such file or directory.*\.h\b|\.h: No such file/;

const MAX_ABSENT = 5;

function adviceOn(testRun: TestRun, absent: readonly string[]): string {
  const { exitCode, stdout, stderr } = testRun;
  if (absent.length > 0) {
    const named = absent.slice(0, MAX_ABSENT).join(', ') + (absent.length > MAX_ABSENT ? ' …' : '');
    return `Submodules and tracked files that .gitignore excludes are not copied (${named}): give a --test command that does not need them, or commit what it needs.`;
  }
  const missing = `${stdout}\n${stderr}`.split('\n').find((line) => MISSING_DEPENDENCY.test(line));
  if (missing !== undefined) {
    return `Dependencies are missing (${clip(withStablePaths(missing.trim(), testRun))}): install them in the repository (node_modules, .venv, vendor). The tests run without network and see none of your other files.`;
  }
  if (exitCode === 127) {
    return 'Give a --test command that starts a program of the toolchains, the system or the repository: the tests see no other.';
  }
  return 'Fix the tests first, or give a --test command that runs only those that pass. They run without network and with an empty home directory.';
}

function nameless({ stdout, stderr }: TestRun, command: string): UsageError {
  return new UsageError(
    `${command} passes, but its output names no single tests${lastLine(`${stdout}\n${stderr}`)}.`,
    {
      code: 'usage.nameless_tests',
      fix: 'Make it print a line for each test, for example with a verbose flag or the TAP reporter of the runner.',
    },
  );
}

/** The failed tests in words; null when the output names none. */
function failingNames(testRun: TestRun): string | null {
  const format = recogniseFormat(testRun);
  if (format === null) return null;
  const failed = [...readTestNames(format, testRun)].filter(([, status]) => status === 'failed');
  const [first] = failed;
  if (first === undefined) return null;
  return failed.length === 1
    ? ` (${clip(first[0])} fails)`
    : ` (${failed.length} fail, ${clip(first[0])} among them)`;
}

/** The last line that is neither a TAP comment nor npm's pointer to its log. */
function lastLine(output: string): string {
  const lines = output.trim().split('\n');
  const line = (
    lines.findLast((each) => !/^# |^$|A complete log of this run/.test(each)) ?? lines.at(-1)
  )?.trim();
  return line ? ` (its last line: ${clip(line)})` : '';
}

function clip(text: string): string {
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
