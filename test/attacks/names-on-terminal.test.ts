import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openRunStore } from '../../src/store/run-store.js';
import { type CliResult, Visitor } from '../e2e/cli.js';
import { pagerRepository } from '../unit/mutation/pager.js';
import { passed, passing } from '../unit/reporters/sample-run.js';
import { FIXTURES } from '../unit/tasks/scratch.js';
import { attack } from './attack.js';

/** Escape sequences: window title, clear screen, hidden text, and clear screen as an 8-bit sequence. */
const COMMANDS = '\u001B]0;owned\u0007\u001B[2J\u001B[8m\u009B2J';
/** The same as escapes, for files that cannot contain control characters. */
const ESCAPED = String.raw`\u001B]0;owned\u0007\u001B[2J\u001B[8m\u009B2J`;
const HOSTILE = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]|owned/;
/** The sequences of the program's own palette, which are harmless. */
const PALETTE = /\u001B\[(?:1|2|7|22|27|31|32|33|36|39)m/g;

/** Expects the text of others in the output, without control characters. */
function expectHarmless({ stdout, stderr }: CliResult, contained: string): void {
  expect(stdout + stderr).toContain(contained);
  for (const text of [stdout, stderr])
    expect(text.replace(PALETTE, '').replaceAll('\r\n', '\n')).not.toMatch(HOSTILE);
}

const COLOURS = [{ FORCE_COLOR: '0' }, { FORCE_COLOR: '1' }] as const;
for (const env of COLOURS) {
  const how = env.FORCE_COLOR === '1' ? 'with colour' : 'without colour';

  attack(`command the terminal by names in a task, ${how}`, { aim: 'terminal' }, async () => {
    using visitor = new Visitor();
    const dir = join(visitor.dir, 'task');
    cpSync(join(FIXTURES, 'mutations/js-off-by-one'), dir, { recursive: true });
    const toml = readFileSync(join(dir, 'task.toml'), 'utf8');
    writeFileSync(join(dir, 'task.toml'), toml.replace(/^(title = ")/m, `$1Shown${ESCAPED}`));
    writeFileSync(join(dir, 'environment/workspace', `src-${COMMANDS}.txt`), '');
    writeFileSync(join(dir, 'instruction.md'), `Do this${COMMANDS}.\n`);
    expectHarmless(await visitor.run(['tasks', 'show', dir], { env }), 'Do this');
    expectHarmless(await visitor.run(['tasks', 'list', dir], { env }), 'Shown');
    const strange = join(visitor.dir, `strange${COMMANDS}`);
    renameSync(dir, strange);
    expectHarmless(await visitor.run(['tasks', 'list', strange], { env }), 'strange');
    writeFileSync(join(strange, 'solution/solve.sh'), 'exit 1\n');
    const validated = await visitor.run(['tasks', 'validate', strange, '--sandbox', 'off'], { env });
    expectHarmless(validated, 'strange');
  });

  attack(`command the terminal by texts of an adapter file, ${how}`, { aim: 'terminal' }, async () => {
    using visitor = new Visitor();
    const file = join(visitor.dir, 'agent.mjs');
    const parrot = join(import.meta.dirname, '../e2e/fixtures/parrot.mjs');
    const text = JSON.stringify(`strange${COMMANDS}`);
    writeFileSync(
      file,
      `import parrot from '${parrot}';
       const tried = { versions: [${text}], on: ${text} };
       const quirks = [{ what: ${text}, link: null }];
       const argv = (...given) => [...parrot.argv(...given), ${text}];
       export default { ...parrot, argv, tried, quirks, homepage: ${text}, projectConfig: [${text}] };`,
    );
    const shown = await visitor.run(['agents', 'show', file], { env });
    expect(shown.code).toBe(0);
    expectHarmless(shown, 'strange');
    writeFileSync(file, `throw new Error(${text});`);
    expectHarmless(await visitor.run(['agents', 'show', file], { env }), 'strange');
  });

  attack(`command the terminal by a model's name in a saved run, ${how}`, { aim: 'terminal' }, async () => {
    using visitor = new Visitor();
    const store = openRunStore(join(visitor.home, '.local/share/codingagentbench/runs/00000001'), (fault) => {
      throw fault;
    });
    const model = `strange${COMMANDS}`;
    for (const event of passing)
      store.append(event.type === 'run_started' ? { ...event, run_id: '00000001', model } : event);
    store.finish({ ...passed, run_id: '00000001', model });
    for (const args of [['show'], ['replay', 'last'], ['compare'], ['compare', '--format', 'csv']])
      expectHarmless(await visitor.run(args, { env }), 'strange');
  });
}

for (const [what, args] of Object.entries({
  'the name of a task': ['tasks', 'show', `strange${COMMANDS}`],
  'the name of a command': [`strange${COMMANDS}`],
  'the name of an agent': ['agents', 'show', `strange${COMMANDS}`],
  'the name of a run': ['show', `strange${COMMANDS}`],
  'the name of a directory': ['check', '--demo', '--out', `/dev/null/strange${COMMANDS}`],
}))
  attack(`command the terminal by ${what} that does not exist`, { aim: 'terminal' }, async () => {
    using visitor = new Visitor();
    const result = await visitor.run(args);
    expect(result.code).toBe(2);
    expectHarmless(result, 'strange');
  });

attack('command the terminal by the error message of git', { aim: 'terminal' }, async () => {
  using visitor = new Visitor();
  const bin = join(visitor.dir, 'bin');
  mkdirSync(bin);
  // git prints messages of a server unchanged.
  const script = `[ "$1" = --version ] && exec echo git version 2.40.0
printf %s 'remote: strange${COMMANDS}' >&2
exit 128
`;
  writeFileSync(join(bin, 'git'), `#!/bin/sh\n${script}`, { mode: 0o755 });
  const env = { PATH: `${bin}:${process.env.PATH}` };
  const result = await visitor.run(['tasks', 'show', 'https://127.0.0.1:9/task.git'], { env });
  expect(result.code).toBe(2);
  expectHarmless(result, 'strange');
});

attack('command the terminal by names in a repository', { aim: 'terminal' }, async () => {
  using visitor = new Visitor();
  const name = JSON.stringify(`../src/strange${COMMANDS}.js`);
  const repository = pagerRepository(visitor.dir, {
    [`src/strange${COMMANDS}.js`]: 'export const isFull = (list) => list.length >= 10 && list[0] !== 0;\n',
    'src/page.js': '',
    'test/page.test.js': `import assert from 'node:assert';
import { test } from 'node:test';
import { isFull } from ${name};
const list = (first) => Array(10).fill(first);
test('full${ESCAPED}', () => assert.deepStrictEqual([list(1), list(0), [1]].map(isFull), [true, false, false]));
test('empty', () => assert.strictEqual(isFull([]), false));
`,
  });
  const made = ['tasks', 'mutate', repository, '--test', 'npm test', '--count', '1', '--seed', '4'];
  const result = await visitor.run([...made, '--sandbox', 'off']);
  expectHarmless(result, 'src/strange');
  expect(result.stdout).toMatch(/^1 of 1 tasks from pager .*\n.* src\/strange\.js:1 /);
});
