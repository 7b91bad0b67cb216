import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pagerRepository } from '../mutation/pager.js';
import { Visitor } from './cli.js';

/** Test files that node names by their paths, or that name their tests so themselves. */
const NAMED_BY_PLACE: Array<[string, Record<string, string>, string, string[]]> = [
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

describe('tests that are named by the place they run in', () => {
  it.each(NAMED_BY_PLACE)('%s', { timeout: 180_000 }, async (_, files, name, names) => {
    using visitor = new Visitor();
    pagerRepository(visitor.dir, files);
    // What the system calls the temp directory need not be what leads there.
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
