import { chmod, lstat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDir } from '../host/make-dir.js';
import { mapBounded } from '../host/map-bounded.js';
import { removeTree } from '../host/remove-tree.js';
import type { Tampering } from '../model/record.js';
import { matchGlobs } from '../tasks/globs.js';
import type { TaskManifest } from '../tasks/manifest.js';
import type { ChangedFile } from './changed-files.js';
import { restoreInlineTests } from './inline-tests.js';

/** A change that is graded. */
export interface GradedChange {
  path: string;
  /** Null for a removed file. */
  content: Buffer | null;
  executable: boolean;
}

export interface Selection {
  graded: GradedChange[];
  /** Paths of the changes that are not graded, sorted. */
  leftOut: string[];
  tampering: Tampering[];
}

/**
 * Selects the agent's changes that are graded: regular files that are editable and not protected. Restores inline
 * tests.
 */
export function selectChanges(
  files: readonly ChangedFile[],
  manifest: Pick<TaskManifest, 'editable' | 'protected' | 'test_regions'>,
): Selection {
  const isEditable = matchGlobs(manifest.editable);
  const isProtected = matchGlobs(manifest.protected);
  const selection: Selection = { graded: [], leftOut: [], tampering: [] };

  for (const { path, after, contentBefore, contentAfter } of files) {
    const regions = manifest.test_regions.filter(({ file }) => file === path);
    const isGraded = isEditable(path) && !isProtected(path);
    if (isGraded && after === null) {
      selection.graded.push({ path, content: null, executable: false });
      if (regions.length > 0) selection.tampering.push(inlineTests(path, 'removed together with its tests'));
    } else if (isGraded && after?.type === 'file' && contentAfter !== null) {
      let content = contentAfter;
      for (const { from } of regions) {
        if (contentBefore === null) continue;
        const restored = restoreInlineTests(content, contentBefore, from);
        content = restored.content;
        if (restored.tampered) selection.tampering.push(inlineTests(path, 'changed in its own tests'));
      }
      selection.graded.push({ path, content, executable: after.executable });
    } else selection.leftOut.push(path);
  }
  return selection;
}

function inlineTests(path: string, how: string): Tampering {
  return { path, kind: 'inline_tests_modified', what: `${path} was ${how}.` };
}

/**
 * Applies the graded changes to a fresh clone of the pristine task. All changed paths are removed first, because a file
 * may replace a directory, or a directory a file.
 */
export async function applyChanges(root: string, graded: readonly GradedChange[]): Promise<void> {
  await mapBounded(graded, async ({ path }) => {
    if (await hasUnsafeParent(root, path)) return;
    await removeTree(join(root, path));
  });
  await mapBounded(graded, async ({ path, content, executable }) => {
    if (content === null || (await hasUnsafeParent(root, path))) return;
    const file = join(root, path);
    await makeDir(dirname(file));
    await writeFile(file, content, { flag: 'wx' });
    await chmod(file, executable ? 0o755 : 0o644);
  });
}

/** Whether a parent of the path is a link or a file: no change may pass through it. */
async function hasUnsafeParent(root: string, path: string): Promise<boolean> {
  for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) {
    const stat = await lstat(join(root, parent)).catch(() => null);
    if (stat !== null && !stat.isDirectory()) return true;
  }
  return false;
}
