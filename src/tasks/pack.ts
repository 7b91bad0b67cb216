import { createHash } from 'node:crypto';
import { mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { makeDir } from '../host/make-dir.js';
import { removeTree } from '../host/remove-tree.js';
import { UsageError } from '../model/errors.js';
import { findDependencies } from './dependencies.js';
import { escapingLinks } from './escaping-links.js';
import { packHidden } from './hidden-archive.js';
import { isolatedGit } from './isolated-git.js';
import { openPackedTask, PACKED, type PackedHead } from './packed-task.js';
import type { Dependency, HiddenFile, Task } from './task.js';
import { readTaskFiles, type TaskFiles } from './task-files.js';

const BRANCH = 'main';

export interface PackOptions {
  git?: string;
  /** Dependencies outside of the task directory, used instead of the task's own. */
  externalDependencies?: readonly Dependency[];
}

/**
 * Packs a task directory into `outDir`: the workspace as a git bundle with one commit, tests and solution as an
 * archive, the rest as `task.json`. The same files give the same bytes. Files that the workspace's `.gitignore` matches
 * are left out.
 *
 * @throws UsageError when the directory is not a complete task
 */
export async function packTask(
  taskDir: string,
  outDir: string,
  { git, externalDependencies }: PackOptions = {},
): Promise<Task> {
  const { id, toml, manifest, instruction, fillWorkspace, files } = await readTaskFiles(resolve(taskDir));
  await makeDir(outDir);
  const commit = await bundleWorkspace(resolve(outDir, PACKED.bundle), {
    fillWorkspace,
    manifest,
    taskDir,
    git,
  });
  const secret = [...files].filter(([path]) => path.startsWith('tests/') || path.startsWith('solution/'));
  const head: PackedHead = { id, commit, digest: digestOf(files, commit), instruction, toml };
  await Promise.all([
    writeFile(join(outDir, PACKED.hidden), packHidden(new Map(secret))),
    writeFile(join(outDir, PACKED.head), `${JSON.stringify(head, null, 2)}\n`),
  ]);
  const dependencies = await findDependencies(resolve(taskDir), manifest.dependencies, externalDependencies);
  return { ...(await openPackedTask(outDir, manifest)), dependencies };
}

/**
 * Packs a task directory below `tempDir` and opens it, so that a task can run from its directory.
 *
 * @throws as `packTask`
 */
export function loadTaskDirectory(
  taskDir: string,
  tempDir: string,
  options: PackOptions = {},
): Promise<Task> {
  return packTask(taskDir, join(tempDir, basename(resolve(taskDir))), options);
}

/** Commits a copy of the workspace and writes it to `bundlePath`. Returns the commit id. */
async function bundleWorkspace(
  bundlePath: string,
  {
    fillWorkspace,
    manifest,
    taskDir,
    git,
  }: Pick<TaskFiles, 'fillWorkspace' | 'manifest'> & { taskDir: string; git: string | undefined },
): Promise<string> {
  const scratch = await mkdtemp(`${bundlePath}-`);
  try {
    const tree = join(await realpath(scratch), 'workspace');
    await fillWorkspace(tree);
    const [escaping] = await escapingLinks(tree, manifest.harbor?.workdir);
    if (escaping !== undefined) {
      throw new UsageError(
        `${resolve(taskDir)}: the workspace has a link that leads out of it, ${escaping}.`,
        {
          code: 'usage.bad_task',
          fix: 'Replace it with a file, or with a link to a path in the workspace.',
        },
      );
    }
    const repository = isolatedGit({ home: scratch, cwd: tree, ...(git === undefined ? {} : { git }) });
    await repository.raw('init', `--initial-branch=${BRANCH}`, '--template=');
    // For Harbor tasks: a COPY ignores .gitignore and may copy nothing.
    await repository.raw('add', '--all', ...(manifest.harbor ? ['--force'] : []));
    if (!manifest.harbor && (await repository.raw('ls-files')) === '') {
      throw new UsageError(`${resolve(taskDir)}/environment/workspace has no files.`, {
        code: 'usage.bad_task',
        fix: 'Put the files there that the agent starts with. Files that its .gitignore matches do not count.',
      });
    }
    await repository.raw('commit', '--allow-empty', '--message=The task as given');
    await repository.raw('bundle', 'create', bundlePath, 'HEAD', BRANCH);
    return (await repository.raw('rev-parse', 'HEAD')).trim();
  } finally {
    await removeTree(scratch);
  }
}

/** `sha256:` over path, mode and content of every file. The commit id covers the files of the workspace. */
function digestOf(files: ReadonlyMap<string, HiddenFile>, commit: string): string {
  const digest = createHash('sha256').update(`workspace ${commit}\n`);
  for (const [path, { content, executable }] of files) {
    const hash = createHash('sha256').update(content).digest('hex');
    digest.update(`${hash} ${executable ? 'x' : '-'} ${path}\n`);
  }
  return `sha256:${digest.digest('hex')}`;
}
