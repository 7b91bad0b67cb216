import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openRunStore } from '../../src/store/run-store.js';
import { type CliResult, Visitor } from '../e2e/cli.js';
import { pagerRepository } from '../mutation/pager.js';
import { passed, passing } from '../reporters/sample-run.js';
import { FIXTURES } from '../tasks/scratch.js';
import { attack } from './attack.js';

/** A title for the window, a cleared screen, a hidden text, and the same in 8 bits. */
const COMMANDS = '\u001B]0;owned\u0007\u001B[2J\u001B[8m\u009B2J';
/** For what may hold no control as such. */
const ESCAPED = String.raw`\u001B]0;owned\u0007\u001B[2J\u001B[8m\u009B2J`;
const HOSTILE = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]|owned/;
/** What the palette writes, by which nothing is hidden or moved. */
const INK = /\u001B\[(?:1|2|7|22|27|31|32|33|36|39)m/g;

/** The control: the words of others came as far as here. */
function expectInert({ stdout, stderr }: CliResult, around: string): void {
  expect(stdout + stderr).toContain(around);
  for (const text of [stdout, stderr])
    expect(text.replace(INK, '').replaceAll('\r\n', '\n')).not.toMatch(HOSTILE);
}

const COLOURS = [{ FORCE_COLOR: '0' }, { FORCE_COLOR: '1' }] as const;
for (const env of COLOURS) {
  const how = env.FORCE_COLOR === '1' ? 'in colour' : 'without colour';

  attack(`command the terminal by the names in a task, ${how}`, { aim: 'terminal' }, async () => {
    using visitor = new Visitor();
    const dir = join(visitor.dir, 'task');
    cpSync(join(FIXTURES, 'mutations/js-off-by-one'), dir, { recursive: true });
    const toml = readFileSync(join(dir, 'task.toml'), 'utf8');
    writeFileSync(join(dir, 'task.toml'), toml.replace(/^(title = ")/m, `$1Shown${ESCAPED}`));
    writeFileSync(join(dir, 'environment/workspace', `src-${COMMANDS}.txt`), '');
    writeFileSync(join(dir, 'instruction.md'), `Do this${COMMANDS}.\n`);
    expectInert(await visitor.run(['tasks', 'show', dir], { env }), 'Do this');
    expectInert(await visitor.run(['tasks', 'list', dir], { env }), 'Shown');
    const strange = join(visitor.dir, `strange${COMMANDS}`);
    renameSync(dir, strange);
    expectInert(await visitor.run(['tasks', 'list', strange], { env }), 'strange');
    writeFileSync(join(strange, 'solution/solve.sh'), 'exit 1\n');
    const tried = await visitor.run(['tasks', 'validate', strange, '--sandbox', 'off'], { env });
    expectInert(tried, 'strange');
  });

  attack(`command the terminal by what an adapter's file says, ${how}`, { aim: 'terminal' }, async () => {
    using visitor = new Visitor();
    const file = join(visitor.dir, 'agent.mjs');
    const parrot = join(import.meta.dirname, '../e2e/fixtures/parrot.mjs');
    const said = JSON.stringify(`strange${COMMANDS}`);
    writeFileSync(
      file,
      `import parrot from '${parrot}';
       const tried = { versions: [${said}], on: ${said} };
       const quirks = [{ what: ${said}, link: null }];
       const argv = (...given) => [...parrot.argv(...given), ${said}];
       export default { ...parrot, argv, tried, quirks, homepage: ${said}, projectConfig: [${said}] };`,
    );
    const shown = await visitor.run(['agents', 'show', file], { env });
    expect(shown.code).toBe(0);
    expectInert(shown, 'strange');
    writeFileSync(file, `throw new Error(${said});`);
    expectInert(await visitor.run(['agents', 'show', file], { env }), 'strange');
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
      expectInert(await visitor.run(args, { env }), 'strange');
  });
}

for (const [what, args] of Object.entries({
  'the name of a task': ['tasks', 'show', `strange${COMMANDS}`],
  'the name of a command': [`strange${COMMANDS}`],
  'the name of an agent': ['agents', 'show', `strange${COMMANDS}`],
  'the name of a run': ['show', `strange${COMMANDS}`],
  'the name of a directory': ['check', '--demo', '--out', `/dev/null/strange${COMMANDS}`],
}))
  attack(`command the terminal by ${what} that is none`, { aim: 'terminal' }, async () => {
    using visitor = new Visitor();
    const result = await visitor.run(args);
    expect(result.code).toBe(2);
    expectInert(result, 'strange');
  });

attack('command the terminal by what git says of a repository', { aim: 'terminal' }, async () => {
  using visitor = new Visitor();
  const bin = join(visitor.dir, 'bin');
  mkdirSync(bin);
  // A server's words come through git as they are.
  const script = `[ "$1" = --version ] && exec echo git version 2.40.0
printf %s 'remote: strange${COMMANDS}' >&2
exit 128
`;
  writeFileSync(join(bin, 'git'), `#!/bin/sh\n${script}`, { mode: 0o755 });
  const env = { PATH: `${bin}:${process.env.PATH}` };
  const result = await visitor.run(['tasks', 'show', 'https://127.0.0.1:9/task.git'], { env });
  expect(result.code).toBe(2);
  expectInert(result, 'strange');
});

attack('command the terminal by the names in a repository', { aim: 'terminal' }, async () => {
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
  expectInert(result, 'src/strange');
  expect(result.stdout).toMatch(/^1 of 1 tasks from pager .*\n.* src\/strange\.js:1 /);
});
