import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export const FIXTURES = new URL('../../../fixtures/tasks/', import.meta.url).pathname;

/** A temp directory for this test file, removed after its tests. */
export function scratchDir(): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'cab-tasks-')));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
