import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseManifest } from '../../../src/tasks/manifest.js';
import { FIXTURES } from './scratch.js';

const given = readFileSync(join(FIXTURES, 'mutations/js-boundary-shift/task.toml'), 'utf8');

test('reads Harbor’s time limits', () => {
  expect(parseManifest(given, 'task.toml')).toMatchObject({
    agentTimeoutS: 600,
    verifierTimeoutS: 60,
    max_turns: 10,
  });
});

test.each<[what: string, toml: string, says: string]>([
  [
    'broken TOML',
    given.replace('language = "javascript"', 'language ='),
    'my/task.toml is not valid TOML: line 11',
  ],
  [
    'a missing key',
    given.replace(/^max_turns.*$/m, ''),
    'my/task.toml: metadata.codingagentbench.max_turns must be given, as number.',
  ],
  [
    'a misspelt key',
    given.replace('editable =', 'editabel ='),
    'my/task.toml: metadata.codingagentbench.editable must be given, as array.',
  ],
  [
    'an unknown key',
    given.replace('max_turns', 'colour = "red"\nmax_turns'),
    'my/task.toml: metadata.codingagentbench has the unknown key colour.',
  ],
  [
    'hidden cases in a task that says it has none',
    given.replace('max_turns', 'visible_tests_only = true\nmax_turns'),
    'my/task.toml: metadata.codingagentbench.visible_tests_only is set, but the task has hidden cases.',
  ],
  [
    'an unknown format',
    given.replace('"node-tap"', '"mocha"'),
    'my/task.toml: metadata.codingagentbench.test_format must be libtest or unittest or node-tap or go-test or pytest or gtest or unity or ctest or automake or surefire or tap or spec or plain or exit-code.',
  ],
  [
    'an unknown difficulty',
    given.replace(/^difficulty = .*$/m, 'difficulty = "brutal"'),
    'my/task.toml: metadata.codingagentbench.difficulty must be easy or medium or hard.',
  ],
  [
    'an unknown constraint',
    given.replace('"file-not-touched"', '"be-nice"'),
    'my/task.toml: metadata.codingagentbench.constraints.0.kind has an unexpected value.',
  ],
  [
    'an invalid pattern',
    given.replace(
      'kind = "file-not-touched"\npath = "tests/**"',
      'kind = "file-pattern-required-in-diff"\npaths = ["src/**"]\nrequire_added = "("',
    ),
    'my/task.toml: metadata.codingagentbench.constraints.0.require_added is not a regular expression.',
  ],
  [
    'no table of this program',
    '[agent]\ntimeout_sec = 1\n[verifier]\ntimeout_sec = 1\n',
    'my/task.toml has no [metadata.codingagentbench], which defines the grading.',
  ],
])('%s is an error with the file and the key', (_, toml, says) => {
  expect(() => parseManifest(toml, 'my/task.toml')).toThrow(
    expect.objectContaining({ code: 'usage.bad_task' }),
  );
  expect(() => parseManifest(toml, 'my/task.toml')).toThrow(says);
});
