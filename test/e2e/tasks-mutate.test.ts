import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pagerRepository, pagerWorkspace } from '../unit/mutation/pager.js';
import { Visitor } from './cli.js';

/** Test files whose test names contain a path: node uses the path of a file without tests; others put it in a title. */
const NAMED_BY_PATH: Array<[string, Record<string, string>, string, string[]]> = [
  ['a file without tests', { 'test/helper.js': 'export const two = 2;\n' }, 'helper', ['test/helper.js']],
  [
    'titles with the URL of the file, and with the temp directory',
    {
      'test/place.test.js': `import { tmpdir } from 'node:os';
import { test } from 'node:test';
test(\`loads \${import.meta.url}\`, () => {});
test(\`writes to \${tmpdir()}/out\`, () => {});
`,
    },
    'place.test',
    ['loads test/place.test.js', 'writes to /tmp/tmp/out'],
  ],
];

describe.concurrent('tests whose names contain the path where they run', () => {
  it.each(NAMED_BY_PATH)('%s', { timeout: 180_000 }, async (_, files, name, names) => {
    using visitor = new Visitor();
    pagerRepository(visitor.dir, files);
    // TMPDIR is a link, so that it differs from the real path of the temp directory.
    const temp = join(visitor.dir, 'temp #1');
    symlinkSync(visitor.temp, temp);
    const command = `node --test test/${name}.js test/page.test.js`;
    const run = await visitor.run(
      ['tasks', 'mutate', 'pager', '--test', command, '--seed', '4', '--count', '1'],
      { env: { TMPDIR: temp } },
    );
    expect(run.code, run.stderr).toBe(0);
    const [task = ''] = readdirSync(join(visitor.dir, 'mutated-tasks'));
    const manifest = readFileSync(join(visitor.dir, 'mutated-tasks', task, 'task.toml'), 'utf8');
    expect(manifest).not.toContain(visitor.dir);
    for (const each of names) expect(manifest).toContain(`"${each}"`);
    expect(visitor.litter()).toEqual([]);
  });
});

/** How package managers link `packages/core` to where `packages/app` finds it. */
const LINKED: Array<[string, Record<string, string>]> = [
  ['npm or yarn (in the top directory)', { 'node_modules/@x/core': '../../packages/core' }],
  [
    'pnpm (below each package and in its store)',
    {
      'packages/app/node_modules/@x/core': '../../../core',
      'node_modules/.pnpm/node_modules/@x/core': '../../../../packages/core',
    },
  ],
];

/** A full copy of the code next to the links, as if the package had been packed and installed. */
const INSTALLED = 'node_modules/.pnpm/@x+core@1.0.0/node_modules/@x/core';

function link(repo: string, links: Record<string, string>): void {
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(dirname(join(repo, path)), { recursive: true });
    symlinkSync(target, join(repo, path));
  }
}

describe.concurrent('the packages of a workspace', () => {
  const args = ['tasks', 'mutate', 'pager', '--test', 'node --test packages/app/test/page.test.js'];

  it.each(LINKED)('links as %s makes them', { timeout: 180_000 }, async (_, links) => {
    using visitor = new Visitor();
    link(pagerWorkspace(visitor.dir), links);
    const run = await visitor.run([...args, '--seed', '4', '--count', '1']);
    expect(run.stderr).not.toContain('too');
    expect(run.code, run.stderr).toBe(0);
    expect(readdirSync(join(visitor.dir, 'mutated-tasks'))).toHaveLength(1);
    expect(visitor.litter()).toEqual([]);
  });

  it('attack: a second copy of the code next to the links is still found', { timeout: 180_000 }, async () => {
    using visitor = new Visitor();
    const repo = pagerWorkspace(visitor.dir);
    link(repo, LINKED[1]?.[1] ?? {});
    cpSync(join(repo, 'packages/core'), join(repo, INSTALLED), { recursive: true });
    const run = await visitor.run([...args, '--seed', '4', '--count', '1']);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(`the original code is also in ${INSTALLED}/src/page.js`);
  });
});
