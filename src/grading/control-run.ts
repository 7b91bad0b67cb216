import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestCase } from '../model/record.js';
import type { Control } from '../tasks/manifest.js';
import type { HiddenFile, Task } from '../tasks/task.js';
import type { Confinement } from './confined-run.js';
import type { GradingCopy } from './fresh-copy.js';
import { runVisibleTests } from './visible-tests.js';

const NAME = 'the tests notice another bug';

/**
 * For tasks without hidden cases: puts another bug, which the agent cannot know, into the graded tree and runs the
 * visible tests again. Code that forges passing tests passes here, too, and so fails the control. The control is not
 * run when no control bug fits, because the agent rewrote all of those lines.
 *
 * @throws what `runVisibleTests` throws
 */
export async function runControl(
  task: Pick<Task, 'id' | 'manifest'>,
  files: ReadonlyMap<string, HiddenFile>,
  copy: GradingCopy,
  confinement: Confinement,
): Promise<TestCase> {
  const control = await applyFirst(copy.workspace, task.manifest.controls);
  if (control === null) return { name: NAME, kind: 'hidden', status: 'not_run' };
  const manifest = { ...task.manifest, fail_to_pass: control.fails, pass_to_pass: [] };
  const run = await runVisibleTests({ id: task.id, manifest }, files, copy, confinement);
  const noticed = run.exitCode !== 0 && run.cases.every(({ status }) => status !== 'passed');
  return { name: NAME, kind: 'hidden', status: noticed ? 'passed' : 'failed' };
}

/** Applies the first control whose line is in the tree exactly once; null when there is none. */
async function applyFirst(workspace: string, controls: readonly Control[]): Promise<Control | null> {
  for (const control of controls) {
    const file = join(workspace, control.file);
    const text = await readFile(file, 'utf8').catch(() => '');
    const lines = text.split('\n');
    const at = lines.flatMap((line, index) => (line.trim() === control.line ? [index] : []));
    const [index, ...more] = at;
    if (index === undefined || more.length > 0) continue;
    lines[index] = (lines[index] ?? '').replace(control.line, () => control.replacement);
    await writeFile(file, lines.join('\n'));
    return control;
  }
  return null;
}
