/** Receives each test that a parser finds in the output of a test runner. */
export type Report = (name: string, status: 'passed' | 'failed') => void;

/** `tests/test_x.py::test_one PASSED [ 50%]` of `pytest -v`, and its summary of failures. */
export function parsePytest(output: string, report: Report): void {
  for (const [, name, status] of output.matchAll(
    /^(\S+::.+?) (PASSED|FAILED|ERROR|XFAIL|XPASS)(?:\s+\[ *\d+%\])?\s*$/gm,
  )) {
    if (name) report(name, status === 'FAILED' || status === 'ERROR' ? 'failed' : 'passed');
  }
  for (const [, name] of output.matchAll(/^(?:FAILED|ERROR) (\S+::.+?)(?: - .*)?$/gm)) {
    if (name) report(name, 'failed');
  }
}

const PASSED_LINE = /^(\s*)(?:✓|✔|√) (.+)$/;
const FAILED_LINE = /^(\s*)(?:×|✗|✕|✖|❌|\d+\)) (.+)$/;
/** A file with failed tests in vitest's output. */
const FAILED_FILE = /^(\s*)❯ (.+?) \(\d+ tests?\b.*$/;
/** Counts and durations after a name. */
const SUFFIX = /(?: \(\d+ tests?\b[^)]*\))?(?: \(?\d+(?:\.\d+)? ?m?s\)?)?$/;

/**
 * The tree of ticks and crosses that mocha, jest, vitest and ava print. The suites of a test are the lines above it with
 * less indentation.
 */
export function parseSpec(output: string, report: Report): void {
  const suites: Array<{ indent: number; name: string }> = [];
  for (const raw of output.split('\n')) {
    // Carriage returns occur in titles and at line ends.
    const line = raw.replaceAll('\r', ' ').trimEnd();
    if (line === '') continue;
    const [passed, failed] = [PASSED_LINE.exec(line), FAILED_LINE.exec(line) ?? FAILED_FILE.exec(line)];
    const [, blank = '', rest = ''] = passed ?? failed ?? /^(\s*)(.*)$/.exec(line) ?? [];
    const indent = blank.length;
    while ((suites.at(-1)?.indent ?? -1) >= indent) suites.pop();
    const name = rest.replace(SUFFIX, '').trim();
    if (passed || failed)
      report([...suites.map((suite) => suite.name), name].join(' > '), passed ? 'passed' : 'failed');
    else if (suites.length < 6) suites.push({ indent, name });
  }
}

/** Plain TAP, with a `# title` before its results. Node's TAP has its own parser. */
export function parsePlainTap(output: string, report: Report): void {
  if (/^\s*# Subtest: /m.test(output)) return;
  let title = '';
  for (const line of output.split('\n')) {
    const comment = /^# (.+)$/.exec(line)?.[1];
    if (comment !== undefined) title = comment.trim();
    const result = /^(not )?ok \d+(?: -)? (.+?)( # (?:skip|todo).*)?$/i.exec(line);
    if (!result?.[2] || result[3]) continue;
    report(title === '' ? result[2] : `${title} > ${result[2]}`, result[1] ? 'failed' : 'passed');
  }
}

/** `PASS: name` and `FAIL: name` of automake's `make check`. */
export function parseAutomake(output: string, report: Report): void {
  for (const [, status, name] of output.matchAll(/^(PASS|XFAIL|FAIL|XPASS|ERROR): (\S.*)$/gm)) {
    if (name) report(name, status === 'PASS' || status === 'XFAIL' ? 'passed' : 'failed');
  }
}

/** ` 1/12 Test  #1: name ....... Passed 0.01 sec` of ctest. */
export function parseCtest(output: string, report: Report): void {
  for (const [, name, status] of output.matchAll(/^ *\d+\/\d+ Test +#\d+: (\S+) \.+ *(Passed|\*\*\*\w+)/gm)) {
    if (name) report(name, status === 'Passed' ? 'passed' : 'failed');
  }
}

/** `[       OK ] Suite.Name (0 ms)` of GoogleTest. */
export function parseGtest(output: string, report: Report): void {
  for (const [, status, name] of output.matchAll(
    /^\[ +(OK|FAILED) +\] (\S+\.\S+?)(?:, where .*)? *(?:\(\d+ ms\))?$/gm,
  )) {
    if (name) report(name, status === 'OK' ? 'passed' : 'failed');
  }
}

/** `file.c:12:name:PASS` of Unity. */
export function parseUnity(output: string, report: Report): void {
  for (const [, name, status] of output.matchAll(/^[^\s:]+:\d+:(\w+):(PASS|FAIL)\b.*$/gm)) {
    if (name) report(name, status === 'PASS' ? 'passed' : 'failed');
  }
}

/** Maven Surefire: one result for each class. The line of counts has its name, or in old versions the line above. */
export function parseSurefire(output: string, report: Report): void {
  let running = '';
  for (const line of output.split('\n')) {
    running = /^(?:\[INFO\] )?Running (\S+)\s*$/.exec(line)?.[1] ?? running;
    const counts = /Tests run: \d+, Failures: (\d+), Errors: (\d+), Skipped: \d+, Time elapsed: (.*)$/.exec(
      line,
    );
    if (!counts) continue;
    const [, failures, errors, rest = ''] = counts;
    const name = / --? in (\S+)/.exec(rest)?.[1] ?? running;
    if (name !== '') report(name, failures === '0' && errors === '0' ? 'passed' : 'failed');
  }
}
