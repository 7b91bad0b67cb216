import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CliIo } from '../../../src/cli/io.js';
import { refuseFlood, tryOut, writeOut } from '../../../src/cli/write-result.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cab-write-result-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const flood = (format: string, out: string | undefined, isTTY: boolean) => () =>
  refuseFlood({ command: 'show last', format, name: '7f3a.html' }, out, { stdout: { isTTY } } as CliIo);

it('a page on a terminal is refused, with the command that writes it to a file', () => {
  expect(flood('html', undefined, true)).toThrow(
    expect.objectContaining({
      code: 'usage.flooded_terminal',
      fix: expect.stringContaining('codingagentbench show last --format html -o 7f3a.html'),
    }),
  );
});

it.each([
  ['a page into a file', 'html', 'page.html', true],
  ['a page into a pipe', 'html', undefined, false],
  ['text for people on a terminal', 'markdown', undefined, true],
])('%s is written', (_, format, out, isTTY) => {
  expect(flood(format, out, isTTY)).not.toThrow();
});

it('a trial leaves no file behind, and does not touch one that exists', async () => {
  const file = join(dir, 'page.html');
  await tryOut(file);
  expect(readdirSync(dir)).toEqual([]);
  writeFileSync(file, 'as it was');
  await tryOut(file);
  expect(readFileSync(file, 'utf8')).toBe('as it was');
});

it('a directory, and a file in a directory that does not exist, are refused with the reason', async () => {
  const refused = (why: string) =>
    expect.objectContaining({ code: 'usage.bad_out', message: expect.stringContaining(why) });
  await expect(tryOut(dir)).rejects.toThrow(refused('it is a directory'));
  const nowhere = join(dir, 'no/such/file');
  await expect(tryOut(nowhere)).rejects.toThrow(refused('no such file'));
  await expect(writeOut('x', nowhere)).rejects.toThrow(refused('no such file'));
});
