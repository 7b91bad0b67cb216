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
  /** Of the meter; short, since a socket's path may hold some hundred bytes. */
  socket: string;
  /** Made by `makeGradingDir`, when the agent is dead. */
  grading: string;
  /** Where a script of the task's `solution/` runs for the scripted model. */
  solution: string;
}

/** Makes a cell's temp dir, readable by this user alone; first clears away what killed runs have left. */
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
  const made = [dirs.home, dirs.agentTmp, dirname(dirs.socket), dirs.solution];
  await Promise.all(made.map((dir) => makeDir(dir)));
  return dirs;
}

/** Makes the directory of the grading anew: whatever stands in its place was put there by the agent. */
export async function makeGradingDir({ grading }: RunDirs): Promise<void> {
  await removeTree(grading);
  await mkdir(grading, { mode: 0o700 });
}

/** Removes everything but the workspace. */
export async function keepWorkdir({ root, workdir, socket }: RunDirs): Promise<string> {
  const owner = ownerFile(root);
  const others = (await readdir(root))
    .map((name) => join(root, name))
    .filter((path) => path !== workdir && path !== owner);
  await Promise.all([...others, dirname(socket)].map(removeTree));
  // Last: until then it is ours, should we be killed here, and swept with the rest.
  await removeTree(owner);
  return workdir;
}

export async function removeRunDirs({ root, socket }: RunDirs): Promise<void> {
  await Promise.all([root, dirname(socket)].map(removeTree));
}
