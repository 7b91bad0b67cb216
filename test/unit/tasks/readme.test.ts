import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_TASK_ID } from '../../../src/tasks/catalogue.js';
import { parseManifest } from '../../../src/tasks/manifest.js';
import { FIXTURES } from './scratch.js';

const NAMES: Record<string, string> = {
  c: 'C',
  cpp: 'C++',
  go: 'Go',
  java: 'Java',
  javascript: 'JavaScript',
  python: 'Python',
  rust: 'Rust',
  typescript: 'TypeScript',
};

test('docs/tasks.md lists every task, as its manifest has it', () => {
  const ids = readdirSync(FIXTURES).flatMap((family) =>
    readdirSync(join(FIXTURES, family)).map((name) => `${family}/${name}`),
  );
  const rows = ids.sort().map((id) => {
    const { language, title } = parseManifest(readFileSync(join(FIXTURES, id, 'task.toml'), 'utf8'), id);
    const mark = id === DEFAULT_TASK_ID ? ' (default)' : '';
    return `| \`${id}\`${mark} | ${NAMES[language]} | ${title} |`;
  });
  const page = readFileSync(join(FIXTURES, '../../docs/tasks.md'), 'utf8');
  const table = page.split('| task | language | the ticket |\n|---|---|---|\n')[1]?.split('\n\n')[0];
  expect(table?.split('\n')).toEqual(rows);
});
