import { join } from 'node:path';
import { expect, it } from 'vitest';
import { secondCopies } from '../../src/mutation/second-copy.js';
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

async function found(tracked: Record<string, string>, installed: Record<string, string> = {}) {
  const [tree, modules] = [makeTempDir(), makeTempDir()];
  writeTree(tree, { [SITE.path]: SOURCE, ...tracked });
  writeTree(modules, installed);
  const paths = [SITE.path, ...Object.keys(tracked)];
  const dependencies = [
    { path: 'node_modules', from: { owner: 'repository', path: join(modules, '.'), within: null } } as const,
  ];
  return (await secondCopies({ tree, paths, dependencies }, new Set([SITE.path]))).find(SITE, SOURCE);
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
