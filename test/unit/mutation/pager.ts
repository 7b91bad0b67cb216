import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A small package whose tests notice most mutations. */
const PAGER: Record<string, string> = {
  'package.json': '{ "name": "pager", "type": "module", "scripts": { "test": "node --test" } }\n',
  'src/page.js': `export function page(list, n, size = 10) {
  if (n < 1) throw new RangeError('pages begin at 1');
  const start = (n - 1) * size;
  return list.slice(start, start + size);
}

export function pages(list, size = 10) {
  return Math.ceil(list.length / size);
}
`,
  'test/page.test.js': `import assert from 'node:assert';
import { test } from 'node:test';
import { page, pages } from '../src/page.js';

test('a page', () => assert.deepStrictEqual(page([1, 2, 3, 4, 5], 2, 2), [3, 4]));
test('no page 0', () => assert.throws(() => page([], 0)));
test('how many', () => assert.strictEqual(pages([1, 2, 3], 2), 2));
`,
};

/** Commits the package and `more` files in the directory `pager` below a directory. Returns its path. */
export function pagerRepository(below: string, more: Record<string, string> = {}): string {
  return committed(join(below, 'pager'), { ...PAGER, ...more });
}

/** The same code in one package of a workspace, and the tests in another one, which imports it as `@x/core`. */
export function pagerWorkspace(below: string): string {
  return committed(join(below, 'pager'), {
    '.gitignore': 'node_modules\n',
    'package.json': '{ "name": "pager", "private": true, "workspaces": ["packages/*"] }\n',
    'packages/core/package.json': '{ "name": "@x/core", "type": "module", "exports": "./src/page.js" }\n',
    'packages/core/src/page.js': PAGER['src/page.js'] ?? '',
    'packages/app/package.json': '{ "name": "@x/app", "type": "module" }\n',
    'packages/app/test/page.test.js': (PAGER['test/page.test.js'] ?? '').replace('../src/page.js', '@x/core'),
  });
}

function committed(dir: string, files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: dir });
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message=one');
  return dir;
}
