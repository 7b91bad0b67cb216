import { constants } from 'node:fs';
import { type FileHandle, lstat, open, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemErrorText } from './system-error.js';

/** O_NONBLOCK: a fifo in place of the file cannot block. O_NOFOLLOW: refuses a link. */
const READ_NO_FOLLOW = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** For a path that the user named, which may be a link. */
const READ_FOLLOW = constants.O_RDONLY | constants.O_NONBLOCK;

/** The path holds something that this program does not read. The message continues "it …". */
export class NotReadable extends Error {}

/** Why a file could not be read, to print after "cannot be read: ". */
export function readErrorText(error: unknown): string {
  if (error instanceof NotReadable) return `it ${error.message}`;
  return systemErrorText(error);
}

/** Opens a regular file, not through a link. Null for anything else, and for an unreadable file. */
export async function openRegularFile(path: string): Promise<FileHandle | null> {
  const handle = await open(path, READ_NO_FOLLOW).catch(() => null);
  if (handle === null) return null;
  const isFile = await handle.stat().then(
    (stat) => stat.isFile(),
    () => false,
  );
  if (isFile) return handle;
  await handle.close();
  return null;
}

/**
 * Reads a regular file below `root`, a real path. Null when it is longer than `maxBytes`, is not a regular file, or is
 * behind a link: files of another directory are not part of this tree.
 */
export async function readRegularFile(root: string, path: string, maxBytes: number): Promise<Buffer | null> {
  const file = join(root, path);
  const handle = await openRegularFile(file);
  if (handle === null) return null;
  try {
    // Node has no openat(2). So check after opening that no parent is a link and that the path still leads to this file.
    const [parent, atPath, opened] = await Promise.all([realpath(dirname(file)), lstat(file), handle.stat()]);
    if (parent !== dirname(file) || atPath.ino !== opened.ino || atPath.dev !== opened.dev) return null;
    return opened.size > maxBytes ? null : await contentOf(handle, opened.size);
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}

interface ReadOptions {
  /** A longer file is an error. */
  maxBytes: number;
  /** Whether the path may be a link. Only for paths that the user named. @default false */
  followLink?: boolean;
}

/**
 * Reads a file that somebody else may have written. Refuses a fifo, a device, a link or a longer file before reading.
 *
 * @throws NotReadable; the error of the file system
 */
export async function readStoredFile(path: string, options: ReadOptions): Promise<Buffer> {
  const handle = await openStoredFile(path, options);
  try {
    return await contentOf(handle, (await handle.stat()).size);
  } finally {
    await handle.close();
  }
}

/**
 * Opens such a file, to be read in pieces.
 *
 * @throws as `readStoredFile`
 */
export async function openStoredFile(
  path: string,
  { maxBytes, followLink }: ReadOptions,
): Promise<FileHandle> {
  const handle = await open(path, followLink ? READ_FOLLOW : READ_NO_FOLLOW).catch(translateError);
  try {
    const stat = await handle.stat();
    if (!stat.isFile())
      throw new NotReadable(stat.isDirectory() ? 'is a directory' : 'is not a regular file');
    if (stat.size > maxBytes) throw new NotReadable(`is longer than ${megabytes(maxBytes)}`);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Reads at most `size` bytes, even if the file grows meanwhile. */
async function contentOf(handle: FileHandle, size: number): Promise<Buffer> {
  const content = Buffer.alloc(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await handle.read(content, filled, size - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return content.subarray(0, filled);
}

/** Translates the misleading errors for a refused link ("too many links") and for a socket or fifo. */
function translateError(error: NodeJS.ErrnoException): never {
  // FreeBSD reports EMLINK.
  if (error.code === 'ELOOP' || error.code === 'EMLINK') throw new NotReadable('is a link');
  if (error.code === 'ENXIO') throw new NotReadable('is not a regular file');
  throw error;
}

function megabytes(bytes: number): string {
  return bytes < 2 ** 20 ? `${Math.ceil(bytes / 1024)} KB` : `${Math.round(bytes / 2 ** 20)} MB`;
}
