import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { dir as makeTempDir } from 'tmp';
import { claimRunDir, sweepLeftovers } from './leftovers.js';

/** The directories of one cell, all below one temp dir. */
export interface RunDirs {
  root: string;
  workdir: string;
  /** The agent's HOME. */
  home: string;
  agentTmp: string;
  /** Of the meter; short, since a socket's path may hold some hundred bytes. */
  socket: string;
  grading: string;
  /** Where the reference solution is acted out for the scripted model. */
  play: string;
}

const PREFIX = 'codingagentbench-';

/** Makes a cell's temp dir, readable by this user alone; first clears away what killed runs have left. */
export async function makeRunDirs(tempDir: string, name: string, marker: string): Promise<RunDirs> {
  await sweepLeftovers(tempDir, PREFIX);
  const root = await new Promise<string>((resolve, reject) => {
    const options = { tmpdir: tempDir, prefix: `${PREFIX}${name}`, mode: 0o700 };
    makeTempDir(options, (error, path) => (error ? reject(error) : resolve(path)));
  });
  await claimRunDir(root, marker);
  const dirs = {
    root,
    workdir: join(root, 'workdir'),
    home: join(root, 'home'),
    agentTmp: join(root, 'tmp'),
    socket: join(root, 'meter', 's'),
    grading: join(root, 'grading'),
    play: join(root, 'play'),
  };
  const made = [dirs.home, dirs.agentTmp, join(root, 'meter'), dirs.grading, dirs.play];
  await Promise.all(made.map((dir) => mkdir(dir)));
  return dirs;
}

/** Removes everything but the workspace. */
export async function keepWorkdir({ root, workdir }: RunDirs): Promise<string> {
  const others = (await readdir(root)).map((name) => join(root, name)).filter((path) => path !== workdir);
  await Promise.all(others.map((path) => rm(path, { recursive: true, force: true })));
  return workdir;
}

export async function removeRunDirs({ root }: RunDirs): Promise<void> {
  // Go and others leave directories without the write bit; a daemon that is just dying may still hold a file.
  await rm(root, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
}
