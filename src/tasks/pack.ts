import { createHash } from 'node:crypto';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { makeDir } from '../host/make-dir.js';
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
  /** Dependencies that lie elsewhere, in place of the task's own. */
  lent?: readonly Dependency[];
}

/**
 * Packs a task directory into `outDir`: the workspace as a git bundle of one commit, tests and solution as an archive
 * of their own, the rest as `task.json`. The same files give the same bytes. What the workspace's own `.gitignore`
 * matches stays out. Errors: UsageError when the directory is not a whole task.
 */
export async function packTask(
  taskDir: string,
  outDir: string,
  { git, lent }: PackOptions = {},
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
  const dependencies = await findDependencies(resolve(taskDir), manifest.dependencies, lent);
  return { ...(await openPackedTask(outDir, manifest)), dependencies };
}

/** Packs a directory on the fly, below `tempDir`, so that a task under work can be run as it is. */
export function loadTaskDirectory(
  taskDir: string,
  tempDir: string,
  options: PackOptions = {},
): Promise<Task> {
  return packTask(taskDir, join(tempDir, basename(resolve(taskDir))), options);
}

/** Commits a copy of the workspace and writes it to `bundlePath`; returns the commit's id. */
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
    const [out] = await escapingLinks(tree, manifest.harbor?.workdir);
    if (out !== undefined) {
      throw new UsageError(`${resolve(taskDir)}: the workspace has a link that leads out of it, ${out}.`, {
        code: 'usage.bad_task',
        fix: 'Put a file in its place, or a link to what the workspace holds.',
      });
    }
    const repository = isolatedGit({ home: scratch, cwd: tree, ...(git === undefined ? {} : { git }) });
    await repository.raw('init', `--initial-branch=${BRANCH}`, '--template=');
    // A COPY knows no .gitignore, and may have nothing to copy.
    await repository.raw('add', '--all', ...(manifest.harbor ? ['--force'] : []));
    if (!manifest.harbor && (await repository.raw('ls-files')) === '') {
      throw new UsageError(`${resolve(taskDir)}/environment/workspace holds no file to work on.`, {
        code: 'usage.bad_task',
        fix: 'Put the files the agent starts from there; what its .gitignore matches does not count.',
      });
    }
    await repository.raw('commit', '--allow-empty', '--message=The task as given');
    await repository.raw('bundle', 'create', bundlePath, 'HEAD', BRANCH);
    return (await repository.raw('rev-parse', 'HEAD')).trim();
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** `sha256:` over path, mode and content of every file; the workspace's are in its commit id. */
function digestOf(files: ReadonlyMap<string, HiddenFile>, commit: string): string {
  const digest = createHash('sha256').update(`workspace ${commit}\n`);
  for (const [path, { content, executable }] of files) {
    const hash = createHash('sha256').update(content).digest('hex');
    digest.update(`${hash} ${executable ? 'x' : '-'} ${path}\n`);
  }
  return `sha256:${digest.digest('hex')}`;
}
