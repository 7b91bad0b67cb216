import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { leakFinder } from '../../../src/mutation/leak-finder.js';
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

/** The path of the leak in a repository with these files, installed packages and links; null when there is none. */
async function leakIn(
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
  const leaks = await leakFinder(
    { tree, paths: Object.keys(own), dependencies, origin },
    new Set([SITE.path]),
  );
  return leaks.find(SITE, SOURCE);
}

it.each([
  [
    'in a build that was committed',
    { 'lib/total.cjs': SOURCE.replace('export ', '').replaceAll('  ', '\t') },
    {},
  ],
  ['in the package itself, installed in its node_modules', {}, { 'shop/src/total.js': SOURCE }],
  ['in the cache of a compiler', {}, { '.cache/babel/3f.json': SOURCE }],
])('attack: finds the original code %s', async (_, tracked, installed) => {
  const [path] = [...Object.keys(tracked), ...Object.keys(installed).map((each) => `node_modules/${each}`)];
  expect(await leakIn(tracked, installed)).toBe(path);
});

it('finds no leak in other code with the same line, or in another file with the same name', async () => {
  const line = '  if (items.length < 1) return 0;\n';
  expect(
    await leakIn({ 'src/mean.js': `export function mean(items) {\n${line}  return 1;\n}\n` }),
  ).toBeNull();
  expect(await leakIn({}, { 'other/total.js': 'module.exports = 3;\n' })).toBeNull();
});

it.each([
  ['npm links a package of the workspace', {}, { '@x/shop': '../..' }],
  ['npm links its source directory', {}, { shop: '../src' }],
  [
    'pnpm links it through its store',
    { '.pnpm/other@1.0.0/node_modules/other/index.js': '' },
    {
      other: '.pnpm/other@1.0.0/node_modules/other',
      '.pnpm/other@1.0.0/node_modules/@x/shop': '../../../../../src',
    },
  ],
  ['links form a cycle', {}, { 'a/b': '../a', shop: 'shop' }],
  ['a link points to one file', {}, { 'shop/total.js': '../../src/total.js' }],
])('finds no leak when %s', async (_, installed, links) => {
  expect(await leakIn({}, installed, links)).toBeNull();
});

describe('attack: finds the original code behind a link', () => {
  it('to the absolute path of the repository, which a copy does not replace', async () => {
    expect(await leakIn({}, {}, { shop: 'ORIGIN/src' })).toBe('node_modules/shop/total.js');
  });

  it('out of the repository, absolute or relative', async () => {
    const elsewhere = makeTempDir();
    writeTree(elsewhere, { 'lib/total.js': SOURCE });
    expect(await leakIn({}, {}, { shop: elsewhere })).toBe('node_modules/shop/lib/total.js');
    const up = relative(join(makeTempDir(), 'shop/node_modules'), elsewhere);
    expect(await leakIn({}, {}, { shop: up })).toBe('node_modules/shop/lib/total.js');
  });

  it('into the store of pnpm, which contains the whole package', async () => {
    const path = '.pnpm/shop@file+src/node_modules/shop';
    expect(await leakIn({}, { [`${path}/total.js`]: SOURCE }, { shop: path })).toBe(
      `node_modules/${path}/total.js`,
    );
  });
});
