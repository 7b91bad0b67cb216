import { expect, it } from 'vitest';
import { LANGUAGES, languageOf } from '../../../src/mutation/languages.js';
import { withTypeStripping } from '../../../src/mutation/type-stripping.js';
import { makeTempDir, writeTree } from '../grading/tiny-task.js';

const toolchainOf = async (command: string, testScript = '') => {
  const tree = makeTempDir();
  writeTree(tree, { 'package.json': JSON.stringify({ scripts: { test: testScript } }) });
  return (await withTypeStripping(languageOf('typescript'), { tree }, command)).toolchain[0];
};

it.each([
  ['node --test src/a.test.ts', '', 'typescript'],
  ['node --test', '', 'typescript'],
  ['npm test', 'node --test --test-reporter=tap', 'typescript'],
  ['npm test', "node --test 'test/**/*.test.ts'", 'typescript'],
  ['npm test', 'tsc && node --test dist/', 'node'],
  ['npm test', 'node --import tsx --test test/a.test.ts', 'node'],
  ['npx vitest run', 'vitest', 'node'],
  ['node --test', 'vitest', 'typescript'],
])('%s with the script %j needs the toolchain %s', async (command, script, toolchain) => {
  expect(await toolchainOf(command, script)).toBe(toolchain);
});

it('does not change any other language', async () => {
  for (const language of LANGUAGES.filter(({ id }) => id !== 'typescript')) {
    expect(await withTypeStripping(language, { tree: makeTempDir() }, 'node --test')).toBe(language);
  }
});
