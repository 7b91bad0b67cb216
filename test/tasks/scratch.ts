import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export const FIXTURES = new URL('../../fixtures/tasks/', import.meta.url).pathname;

/** A directory of this test file's own, gone when the file is done. */
export function scratchDir(): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'cab-tasks-')));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
