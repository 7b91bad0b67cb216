import { shellWord } from '../host/shell-word.js';
import type { Language } from './languages.js';

/**
 * What makes the usual runners name every test: some read it from the environment, so that it reaches them through
 * `npm test` and the like. Nothing else heeds these.
 */
const NAMING: Readonly<Record<string, string>> = {
  CI: '1',
  NO_COLOR: '1',
  NODE_OPTIONS: '--test-reporter=tap',
  PYTEST_ADDOPTS: '-vv --color=no -p no:cacheprovider',
  GOFLAGS: '-v',
  CTEST_OUTPUT_ON_FAILURE: '1',
};

const HEEDED: Record<Language['lexis'], readonly string[]> = {
  javascript: ['CI', 'NO_COLOR', 'NODE_OPTIONS'],
  python: ['CI', 'NO_COLOR', 'PYTEST_ADDOPTS'],
  rust: ['CI', 'NO_COLOR'],
  go: ['CI', 'NO_COLOR', 'GOFLAGS'],
  java: ['CI', 'NO_COLOR'],
  c: ['CI', 'NO_COLOR', 'CTEST_OUTPUT_ON_FAILURE'],
};

/** `tests/test.sh` of a task whose verify command is the project's own. */
export function renderTestScript(command: string, { lexis }: Language): string {
  const exports = HEEDED[lexis].map((name) => `export ${name}='${NAMING[name]}'`);
  return `#!/bin/sh
# The exit code is the answer; Harbor reads it as a reward.
cd "\${CAB_APP:-/app}" || exit 2
${exports.join('\n')}
(
${named(command)}
)
status=$?
if [ -d /logs/verifier ]; then
  if [ "$status" -eq 0 ]; then echo 1; else echo 0; fi > /logs/verifier/reward.txt
fi
exit "$status"
`;
}

/** What takes it from its command line alone; and cargo and make, which stop at the first program that fails. */
function named(command: string): string {
  const onwards = command
    .replace(/\b(cargo\s+(?:\+\S+\s+)?test)\b(?!.*--no-fail-fast)/g, '$1 --no-fail-fast')
    .replace(/\b(make)(?=\s+(?:\S+\s+)*(?:check|test)\b)(?!\s+-k)/g, '$1 -k');
  if (/\s(?:-v|--verbose)\b/.test(command)) return onwards;
  return onwards.replace(/(-m\s+unittest(?:\s+discover)?)(?=\s|$)/, '$1 -v');
}

/** `solution/solve.sh`: puts the original file, which lies beside it, back in its place. */
export function renderSolve(canary: string, path: string): string {
  return `#!/bin/sh
# ${canary}
set -e
cp "$(dirname "$0")/original" "\${CAB_APP:-/app}"/${shellWord(path)}
`;
}
