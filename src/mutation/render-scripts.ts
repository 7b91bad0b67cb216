import { shellWord } from '../host/shell-word.js';
import type { Language } from './languages.js';

/**
 * Variables that make the usual test runners print the name of every test. A variable also reaches a runner that
 * `npm test` starts, where a flag would not.
 */
const NAME_VARIABLES: Readonly<Record<string, string>> = {
  CI: '1',
  NO_COLOR: '1',
  NODE_OPTIONS: '--test-reporter=tap',
  PYTEST_ADDOPTS: '-vv --color=no -p no:cacheprovider',
  GOFLAGS: '-v',
  CTEST_OUTPUT_ON_FAILURE: '1',
};

const VARIABLES_BY_LEXIS: Record<Language['lexis'], readonly string[]> = {
  javascript: ['CI', 'NO_COLOR', 'NODE_OPTIONS'],
  python: ['CI', 'NO_COLOR', 'PYTEST_ADDOPTS'],
  rust: ['CI', 'NO_COLOR'],
  go: ['CI', 'NO_COLOR', 'GOFLAGS'],
  java: ['CI', 'NO_COLOR'],
  c: ['CI', 'NO_COLOR', 'CTEST_OUTPUT_ON_FAILURE'],
};

/** `tests/test.sh` of a task that runs the project's own test command. */
export function renderTestScript(command: string, { lexis }: Language): string {
  const exports = VARIABLES_BY_LEXIS[lexis].map((name) => `export ${name}='${NAME_VARIABLES[name]}'`);
  return `#!/bin/sh
# The exit code is the answer; Harbor reads it as a reward.
cd "\${CAB_APP:-/app}" || exit 2
${exports.join('\n')}
(
${withTestNames(command)}
)
status=$?
if [ -d /logs/verifier ]; then
  if [ "$status" -eq 0 ]; then echo 1; else echo 0; fi > /logs/verifier/reward.txt
fi
exit "$status"
`;
}

/**
 * Adds the flags for test names that have no variable, and those that keep cargo and make from stopping at the first
 * failure.
 */
function withTestNames(command: string): string {
  const continued = command
    .replace(/\b(cargo\s+(?:\+\S+\s+)?test)\b(?!.*--no-fail-fast)/g, '$1 --no-fail-fast')
    .replace(/\b(make)(?=\s+(?:\S+\s+)*(?:check|test)\b)(?!\s+-k)/g, '$1 -k');
  if (/\s(?:-v|--verbose)\b/.test(command)) return continued;
  return continued.replace(/(-m\s+unittest(?:\s+discover)?)(?=\s|$)/, '$1 -v');
}

/** `solution/solve.sh`: restores the original file, a copy of which is in the same directory. */
export function renderSolve(canary: string, path: string): string {
  return `#!/bin/sh
# ${canary}
set -e
cp "$(dirname "$0")/original" "\${CAB_APP:-/app}"/${shellWord(path)}
`;
}
