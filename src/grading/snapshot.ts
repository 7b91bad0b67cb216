import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { lstat, readdir, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { mapBounded } from '../host/map-bounded.js';
import { openRegularFile } from '../host/regular-file.js';

/** One path of a tree: a file, a link, or another type that is never opened (fifo, socket, device, unreadable). */
export interface Entry {
  type: 'file' | 'symlink' | 'other';
  executable: boolean;
  size: number;
  mtimeMs: number;
  /** Hex, for files; null when the file is unreadable or too large. */
  sha256: string | null;
  /** For links. */
  target: string | null;
}

/** A tree at one moment, without its `.git`. Directories are not listed, only the files in them. */
export interface Snapshot {
  /** The real path of the tree; null when it is not a directory any more. */
  root: string | null;
  /** By `/`-separated relative path, sorted. */
  entries: ReadonlyMap<string, Entry>;
  /** Paths of each `.git` below the top directory; their contents are not listed. */
  gitDirs: readonly string[];
}

/** Larger files are not read: a sparse file may have terabytes. */
const MAX_HASHED_BYTES = 256 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;

/**
 * Walks a tree without git, because the agent could have changed git's configuration. Follows no links, opens no special
 * files, and never fails because of the tree's contents.
 *
 * With `trusting`, files with the same size and time as in that snapshot keep its hashes. An agent can deceive this
 * easily, so it is only for the live display.
 */
export async function takeSnapshot(
  dir: string,
  { trusting }: { trusting?: Snapshot } = {},
): Promise<Snapshot> {
  const root = await realDirectory(dir);
  const gitDirs: string[] = [];
  const paths = root === null ? [] : await listPaths(root, gitDirs);
  const entries = await mapBounded(paths.sort(), async (path): Promise<[string, Entry]> => {
    return [path, await readEntry(join(root ?? dir, path), trusting?.entries.get(path))];
  });
  return { root, entries: new Map(entries), gitDirs: gitDirs.sort() };
}

async function realDirectory(dir: string): Promise<string | null> {
  try {
    return (await lstat(dir)).isDirectory() ? await realpath(dir) : null;
  } catch {
    return null;
  }
}

async function listPaths(root: string, gitDirs: string[]): Promise<string[]> {
  const paths: string[] = [];
  const pending = [''];
  for (let dir = pending.pop(); dir !== undefined; dir = pending.pop()) {
    const children: Dirent[] | null = await readdir(join(root, dir), { withFileTypes: true }).catch(
      () => null,
    );
    if (children === null) paths.push(dir);
    for (const child of children ?? []) {
      const path = dir === '' ? child.name : `${dir}/${child.name}`;
      if (child.name === '.git') {
        if (dir !== '') gitDirs.push(path);
      } else if (child.isDirectory()) pending.push(path);
      else paths.push(path);
    }
  }
  return paths;
}

async function readEntry(file: string, known: Entry | undefined): Promise<Entry> {
  const unreadable: Entry = {
    type: 'other',
    executable: false,
    size: 0,
    mtimeMs: 0,
    sha256: null,
    target: null,
  };
  const stat = await lstat(file).catch(() => null);
  if (stat === null) return unreadable;
  const { size, mtimeMs } = stat;
  if (stat.isSymbolicLink()) {
    return { ...unreadable, type: 'symlink', size, mtimeMs, target: await readlink(file).catch(() => null) };
  }
  if (!stat.isFile()) return { ...unreadable, mtimeMs };
  const unchanged = known?.type === 'file' && known.size === size && known.mtimeMs === mtimeMs;
  const sha256 = unchanged ? known.sha256 : await hashFile(file);
  return { type: 'file', executable: (stat.mode & 0o100) !== 0, size, mtimeMs, sha256, target: null };
}

async function hashFile(file: string): Promise<string | null> {
  const handle = await openRegularFile(file);
  if (handle === null) return null;
  try {
    if ((await handle.stat()).size > MAX_HASHED_BYTES) return null;
    const hash = createHash('sha256');
    const chunk = Buffer.alloc(CHUNK_BYTES);
    for (let position = 0; position <= MAX_HASHED_BYTES; ) {
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, position);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(chunk.subarray(0, bytesRead));
      position += bytesRead;
    }
    return null;
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}
