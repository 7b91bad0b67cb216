import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDir } from '../host/make-dir.js';
import { removeTree } from '../host/remove-tree.js';
import { claimedDir } from '../sandbox/claimed-dir.js';
import { ownerFile } from '../sandbox/processes/owner-file.js';
import { fitsSocket, SHORT_TEMP_DIR } from '../sandbox/socket-path.js';

/** The directories of one cell, below one temp dir. */
export interface RunDirs {
  root: string;
  workdir: string;
  /** The agent's HOME. */
  home: string;
  agentTmp: string;
  /** Of the meter. Short: a socket's path may have only about a hundred bytes. */
  socket: string;
  /** Made by `makeGradingDir` after the agent has ended. */
  grading: string;
  /** Where a script of the task's `solution/` runs for the scripted model. */
  solution: string;
}

/** Makes a cell's temp directory, readable only by this user. First removes the directories of killed runs. */
export async function makeRunDirs(tempDir: string, name: string, marker: string): Promise<RunDirs> {
  const root = await claimedDir(tempDir, name, marker);
  const inRoot = join(root, 'meter', 's');
  const dirs = {
    root,
    workdir: join(root, 'workdir'),
    home: join(root, 'home'),
    agentTmp: join(root, 'tmp'),
    socket: fitsSocket(inRoot) ? inRoot : join(await claimedDir(SHORT_TEMP_DIR, 'meter', marker), 's'),
    grading: join(root, 'grading'),
    // A neutral name: without a sandbox the agent can list it.
    solution: join(root, 'scratch'),
  };
  const newDirs = [dirs.home, dirs.agentTmp, dirname(dirs.socket), dirs.solution];
  await Promise.all(newDirs.map((dir) => makeDir(dir)));
  return dirs;
}

/** Makes an empty directory for grading. Anything already there was put there by the agent, and is removed. */
export async function makeGradingDir({ grading }: RunDirs): Promise<void> {
  await removeTree(grading);
  await mkdir(grading, { mode: 0o700 });
}

/** Removes everything except the workspace, and returns its path. */
export async function keepWorkspace({ root, workdir, socket }: RunDirs): Promise<string> {
  const owner = ownerFile(root);
  const others = (await readdir(root))
    .map((name) => join(root, name))
    .filter((path) => path !== workdir && path !== owner);
  await Promise.all([...others, dirname(socket)].map(removeTree));
  // Last: if this process is killed before, the next run still removes the whole directory.
  await removeTree(owner);
  return workdir;
}

export async function removeRunDirs({ root, socket }: RunDirs): Promise<void> {
  await Promise.all([root, dirname(socket)].map(removeTree));
}
