import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { quotedName } from '../../../src/grading/patch.js';

const NAMES = [
  'plain.txt',
  'with a space',
  'tab\there',
  'line\nbreak',
  'bell\u0007 back\b feed\f vertical\v return\r',
  'quote"backslash\\',
  'escape\u001B[31m',
  'delete\u007F',
  'naïve',
  '名前',
  '🙂',
];

it('quotes names as git does', () => {
  const dir = mkdtempSync(join(tmpdir(), 'cab-names-'));
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: dir, encoding: 'utf8' });
    git('init', '--quiet');
    for (const name of NAMES) writeFileSync(join(dir, name), '');
    git('add', '--all');
    const listed = git('-c', 'core.quotePath=true', 'ls-files').trimEnd().split('\n');
    expect(NAMES.map(quotedName).sort()).toEqual(listed.sort());
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
