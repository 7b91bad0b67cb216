import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const MANIFEST = `
[metadata.codingagentbench]
family = "attacks"
language = "javascript"
title = "a task whose tests take no time"
toolchain = ["node"]
max_turns = 5
test_format = "exit-code"
fail_to_pass = []
pass_to_pass = []
ground_truth_files = ["src/a.txt"]
editable = ["src/**"]
protected = ["tests/**"]
canary = "cab-canary-00000000000000bb"
[agent]
timeout_sec = 60
[verifier]
timeout_sec = 60
`;

/**
 * Writes a task directory for `--task`. `verifier` is the body of its test script, `solution` of its solution script,
 * which agents must not see.
 */
export function writeQuickTask(
  dir: string,
  { verifier = 'exit 1', solution = 'true', dependencies = [] as string[] } = {},
): string {
  const files: Record<string, string> = {
    'task.toml': MANIFEST.replace('canary =', `dependencies = ${JSON.stringify(dependencies)}\ncanary =`),
    'instruction.md': 'Change src/a.txt.\n',
    'environment/workspace/src/a.txt': 'as it was\n',
    'environment/workspace/tests/a.txt': 'a test\n',
    'tests/test.sh': `${verifier}\n`,
    'solution/solve.sh': `${solution}\n`,
  };
  for (const [path, content] of Object.entries(files)) {
    const file = join(dir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return dir;
}
