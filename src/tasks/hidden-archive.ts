import { gunzipSync, gzipSync } from 'node:zlib';
import { createTar, parseTar } from 'nanotar';
import { UsageError } from '../model/errors.js';
import type { HiddenFile } from './task.js';

/** Longest path a plain tar header holds; nanotar cuts longer ones off without a word. */
const MAX_PATH_BYTES = 100;
/** Byte 9 of a gzip header names the operating system (RFC 1952); 255 is "unknown". */
const GZIP_OS = { offset: 9, unknown: 255 };

/** A gzipped tar of the files; the same files give the same bytes. Errors: UsageError for a path too long to keep. */
export function packHidden(files: ReadonlyMap<string, HiddenFile>): Uint8Array {
  const entries = [...files].map(([name, { content, executable }]) => {
    if (Buffer.byteLength(name) > MAX_PATH_BYTES) {
      throw new UsageError(`${name} is longer than ${MAX_PATH_BYTES} bytes.`, {
        code: 'usage.bad_task',
        fix: 'Give it a shorter path.',
      });
    }
    return { name, data: content, attrs: { mode: executable ? '755' : '644' } };
  });
  const archive = gzipSync(createTar(entries, { attrs: { mtime: 0, uid: 0, gid: 0 } }), { level: 9 });
  archive[GZIP_OS.offset] = GZIP_OS.unknown;
  return archive;
}

/** What `packHidden` packed. */
export function unpackHidden(archive: Uint8Array): Map<string, HiddenFile> {
  // A copy of its own: parseTar reads the whole buffer behind a view.
  const tar = Uint8Array.from(gunzipSync(archive));
  return new Map(
    parseTar(tar).map(({ name, data, attrs }) => [
      name,
      {
        content: data ?? new Uint8Array(),
        executable: (Number.parseInt(attrs?.mode ?? '0', 8) & 0o100) !== 0,
      },
    ]),
  );
}
