import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { dir as makeDirIn } from 'tmp';
import { makeDir } from '../host/make-dir.js';
import { removeTree } from '../host/remove-tree.js';
import { badTempDir } from '../host/temp-dir.js';
import { claimRunDir, sweepLeftovers } from '../sandbox/processes/leftovers.js';
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
  /** Where the reference solution is acted out for the scripted model. */
  play: string;
}

const PREFIX = 'codingagentbench-';

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
    play: join(root, 'play'),
  };
  const made = [dirs.home, dirs.agentTmp, dirname(dirs.socket), dirs.play];
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

/** Makes a temp dir of this process's own, first clearing away what killed runs have left. Errors: UsageError. */
export async function claimedDir(tempDir: string, name: string, marker: string): Promise<string> {
  await sweepLeftovers(tempDir, PREFIX);
  const dir = await new Promise<string>((resolve, reject) => {
    const options = { tmpdir: tempDir, prefix: `${PREFIX}${name}`, mode: 0o700 };
    makeDirIn(options, (error, path) => (error ? reject(badTempDir(tempDir, error)) : resolve(path)));
  });
  await claimRunDir(dir, marker);
  return dir;
}
