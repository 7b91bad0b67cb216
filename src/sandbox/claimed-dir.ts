import { randomBytes } from 'node:crypto';
import { dir as makeDirIn } from 'tmp';
import { removeTree } from '../host/remove-tree.js';
import { badTempDir } from '../host/temp-dir.js';
import { claimRunDir, sweepLeftovers } from './processes/leftovers.js';

const PREFIX = 'codingagentbench-';

/**
 * Makes a directory below `tempDir`, for this user only, that carries this process's `marker`: a later run removes it
 * when this process is killed. Removes what killed runs have left first.
 *
 * @throws UsageError `usage.bad_temp_dir`
 */
export async function claimedDir(tempDir: string, name: string, marker: string): Promise<string> {
  await sweepLeftovers(tempDir, PREFIX);
  const dir = await new Promise<string>((resolve, reject) => {
    const options = { tmpdir: tempDir, prefix: `${PREFIX}${name}`, mode: 0o700 };
    makeDirIn(options, (error, path) => (error ? reject(badTempDir(tempDir, error)) : resolve(path)));
  });
  await claimRunDir(dir, marker);
  return dir;
}

export interface CommandDir {
  dir: string;
  /** For the environment of every process that works in it. */
  marker: string;
  /** Removes the directory. */
  close(): Promise<void>;
}

/**
 * A claimed directory for one command, with a marker of its own.
 *
 * @throws UsageError `usage.bad_temp_dir`
 */
export async function openCommandDir(tempDir: string, name: string): Promise<CommandDir> {
  const marker = `${name}-${randomBytes(8).toString('hex')}`;
  const dir = await claimedDir(tempDir, name, marker);
  return { dir, marker, close: () => removeTree(dir) };
}
