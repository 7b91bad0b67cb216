import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { leakFinder } from '../../src/mutation/leak-finder.js';
import { makeTempDir, writeTree } from '../grading/tiny-task.js';

const SOURCE = `export function total(items) {
  if (items.length < 1) return 0;
  return items.reduce((sum, { price }) => sum + price, 0);
}
`;
const SITE = {
  ...{ path: 'src/total.js', operator: 'shifted-boundary', line: 2, id: '0', replacement: '<=' },
  ...{ start: SOURCE.indexOf('<'), end: SOURCE.indexOf('<') + 1 },
};

/** Where a second copy is found in a repository with these files, installed packages, and links. */
async function found(
  tracked: Record<string, string>,
  installed: Record<string, string> = {},
  links: Record<string, string> = {},
) {
  const origin = join(realpathSync(makeTempDir()), 'shop');
  mkdirSync(join(origin, 'node_modules'), { recursive: true });
  const own = { [SITE.path]: SOURCE, ...tracked };
  const modules = Object.entries(installed).map(([path, text]) => [`node_modules/${path}`, text]);
  writeTree(origin, { ...own, ...Object.fromEntries(modules) });
  for (const [path, target] of Object.entries(links)) {
    const link = join(origin, 'node_modules', path);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target.replace('ORIGIN', origin), link);
  }
  const tree = makeTempDir();
  writeTree(tree, own);
  const modulesDir = { owner: 'repository', path: join(origin, 'node_modules'), within: origin } as const;
  const dependencies = [{ path: 'node_modules', from: modulesDir }];
  const copies = await leakFinder(
    { tree, paths: Object.keys(own), dependencies, origin },
    new Set([SITE.path]),
  );
  return copies.find(SITE, SOURCE);
}

it.each([
  [
    'in a build that was committed',
    { 'lib/total.cjs': SOURCE.replace('export ', '').replaceAll('  ', '\t') },
    {},
  ],
  ['in the package installed beside itself', {}, { 'shop/src/total.js': SOURCE }],
  ['in a cache of a compiler', {}, { '.cache/babel/3f.json': SOURCE }],
])('attack: the answer stands %s', async (_, tracked, installed) => {
  const [path] = [...Object.keys(tracked), ...Object.keys(installed).map((each) => `node_modules/${each}`)];
  expect(await found(tracked, installed)).toBe(path);
});

it('finds nothing where other code has the same line, or another package a file of that name', async () => {
  const line = '  if (items.length < 1) return 0;\n';
  expect(await found({ 'src/mean.js': `export function mean(items) {\n${line}  return 1;\n}\n` })).toBeNull();
  expect(await found({}, { 'other/total.js': 'module.exports = 3;\n' })).toBeNull();
});

it.each([
  ['npm links a package of the workspace', {}, { '@x/shop': '../..' }],
  ['npm links its directory of sources', {}, { shop: '../src' }],
  [
    'pnpm links it by way of its store',
    { '.pnpm/other@1.0.0/node_modules/other/index.js': '' },
    {
      other: '.pnpm/other@1.0.0/node_modules/other',
      '.pnpm/other@1.0.0/node_modules/@x/shop': '../../../../../src',
    },
  ],
  ['a link leads in a circle', {}, { 'a/b': '../a', shop: 'shop' }],
  ['a link leads to one file', {}, { 'shop/total.js': '../../src/total.js' }],
])('the repository is no second copy of itself where %s', async (_, installed, links) => {
  expect(await found({}, installed, links)).toBeNull();
});

describe('attack: the answer stands behind a link', () => {
  it('that names the repository by its absolute path, which no copy has', async () => {
    expect(await found({}, {}, { shop: 'ORIGIN/src' })).toBe('node_modules/shop/total.js');
  });

  it('that leads out of the repository, by an absolute path or a relative one', async () => {
    const elsewhere = makeTempDir();
    writeTree(elsewhere, { 'lib/total.js': SOURCE });
    expect(await found({}, {}, { shop: elsewhere })).toBe('node_modules/shop/lib/total.js');
    const up = relative(join(makeTempDir(), 'shop/node_modules'), elsewhere);
    expect(await found({}, {}, { shop: up })).toBe('node_modules/shop/lib/total.js');
  });

  it('into the store of pnpm, where a package is installed whole', async () => {
    const path = '.pnpm/shop@file+src/node_modules/shop';
    expect(await found({}, { [`${path}/total.js`]: SOURCE }, { shop: path })).toBe(
      `node_modules/${path}/total.js`,
    );
  });
});
