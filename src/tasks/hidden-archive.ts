import { gunzipSync, gzipSync } from 'node:zlib';
import { createTar, parseTar } from 'nanotar';
import { UsageError } from '../model/errors.js';
import type { HiddenFile } from './task.js';

/** Maximum path length in a plain tar header. nanotar silently truncates longer paths. */
const MAX_PATH_BYTES = 100;
/** Byte 9 of a gzip header is the operating system (RFC 1952); 255 means unknown. */
const GZIP_OS = { offset: 9, unknown: 255 };

/**
 * Packs files as a gzipped tar. The same files give the same bytes.
 *
 * @throws UsageError `usage.bad_task` for a path that is too long
 */
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

/** Unpacks an archive of `packHidden`. */
export function unpackHidden(archive: Uint8Array): Map<string, HiddenFile> {
  // A copy, because parseTar reads the whole buffer behind a view.
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
