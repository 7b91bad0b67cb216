import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { takeSnapshot } from '../grading/snapshot.js';
import { matchGlobs } from '../tasks/globs.js';
import { readHiddenCases } from '../tasks/hidden-cases.js';
import type { Task } from '../tasks/task.js';

/** Names of the hidden cases whose input has a value that the visible tests of `workspace` do not contain. */
export async function freshInputs(task: Task, workspace: string): Promise<Set<string>> {
  const visible = await visibleTestText(task, workspace);
  const isFresh = (input: unknown) => leavesOf(input).some((leaf) => !contains(visible, leaf));
  const cases = readHiddenCases(await task.openHidden(), task.id);
  return new Set(cases.filter(({ input }) => isFresh(input)).map(({ name }) => name));
}

async function visibleTestText({ manifest }: Task, workspace: string): Promise<string> {
  const { entries } = await takeSnapshot(workspace);
  const isProtected = matchGlobs(manifest.protected);
  const whole = [...entries]
    .filter(([path, { type }]) => type === 'file' && isProtected(path))
    .map(([path]) => readFile(join(workspace, path), 'utf8'));
  const regions = manifest.test_regions.map(async ({ file, from }) => {
    const lines = (await readFile(join(workspace, file), 'utf8')).split('\n');
    return lines.slice(lines.findIndex((line) => line.trim() === from.trim())).join('\n');
  });
  return (await Promise.all([...whole, ...regions])).join('\n');
}

/** Every number and string in a JSON value, without the keys. */
function leavesOf(value: unknown): Array<string | number> {
  if (typeof value === 'string' || typeof value === 'number') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(leavesOf);
}

function contains(text: string, leaf: string | number): boolean {
  if (typeof leaf === 'string') {
    return text.includes(leaf) || text.includes(JSON.stringify(leaf).slice(1, -1));
  }
  const digits = String(leaf).replace(/[.+]/g, '\\$&');
  return new RegExp(`(?<![\\w.])${digits}(?!\\w)`).test(text.replaceAll('_', ''));
}
