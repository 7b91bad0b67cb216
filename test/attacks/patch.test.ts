import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { Visitor } from '../e2e/cli.js';
import { fakeAgent } from '../e2e/fake-agent.js';
import { attack } from './attack.js';
import { startHostileEndpoint } from './hostile-endpoint.js';
import { writeQuickTask } from './quick-task.js';

let endpoint: Awaited<ReturnType<typeof startHostileEndpoint>>;
beforeAll(async () => {
  endpoint = await startHostileEndpoint();
});
afterAll(() => endpoint.close());

/** A diff that creates a file, used as a part of a file name. */
const DIFF = [
  ' differ',
  'diff --git a/owned b/owned',
  'new file mode 100644',
  '--- /dev/null',
  '+++ b/owned',
  '@@ -0,0 +1 @@',
  '+owned',
  '',
].join('\n');

/** File names. A slash in the diff becomes a directory. */
const NAMES: ReadonlyArray<[string, string]> = [
  ['a line break and a whole diff', `x${DIFF}`],
  ['a carriage return and a whole diff', `x${DIFF.replaceAll('\n', '\r')}`],
  ['a quote, a backslash and an escape code', 'a"b\\c\u001B[2Jd'],
  ['characters beyond ASCII', 'naïve—名.bin'],
];

/** Applies a patch with `git apply` and lists the files that it creates. */
function applied(patch: string, dir: string): string[] {
  mkdirSync(dir);
  execFileSync('git', ['init', '--quiet'], { cwd: dir });
  spawnSync('git', ['apply', '--reject', patch], { cwd: dir });
  return readdirSync(dir).filter((name) => name !== '.git');
}

attack('control: an unescaped diff in a name creates a file', { aim: 'terminal' }, () => {
  using visitor = new Visitor();
  const patch = join(visitor.dir, 'raw.diff');
  execFileSync('sh', ['-c', 'printf "%s" "$1" > "$0"', patch, `Binary files /dev/null and b/x${DIFF}`]);
  expect(applied(patch, join(visitor.dir, 'control'))).toEqual(['owned']);
});

for (const [what, name] of NAMES) {
  attack(`add lines to the patch by a binary file's name with ${what}`, { aim: 'terminal' }, async () => {
    using visitor = new Visitor();
    const out = join(visitor.dir, 'out');
    const file = JSON.stringify(`src/${name}`);
    const agent = fakeAgent(
      visitor.dir,
      `await ask(); const path = require('node:path');
       fs.mkdirSync(path.dirname(${file}), { recursive: true }); fs.writeFileSync(${file}, Buffer.from([0, 1, 2]));`,
    );
    await visitor.run([
      ...['check', '--agent-bin', agent, '--sandbox', 'off', '--out', out],
      ...['--task', writeQuickTask(join(visitor.dir, 'task'))],
      ...['--endpoint', endpoint.url, '--model', endpoint.model],
    ]);
    const patch = readFileSync(join(out, 'patch.diff'), 'utf8');
    expect(patch).toContain('Binary files /dev/null and ');
    // Three lines for the file: header, mode, and that it differs.
    expect(patch.trimEnd().split('\n')).toHaveLength(3);
    expect(patch).not.toMatch(/[^\x20-\x7e\n]/);
    expect(applied(join(out, 'patch.diff'), join(visitor.dir, 'applied'))).toEqual([]);
  });
}
