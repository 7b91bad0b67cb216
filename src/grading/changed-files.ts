import { mapBounded } from '../host/map-bounded.js';
import { readRegularFile } from '../host/regular-file.js';
import type { ChangedText } from '../model/changes.js';
import type { Change } from './diff.js';

/** A change with the file contents before and after it; null when there is no regular file, or it is too large. */
export interface ChangedFile extends Change {
  contentBefore: Buffer | null;
  contentAfter: Buffer | null;
}

const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** No solution of a task needs more. When an agent writes more, files that are `first` are read first. */
const MAX_TOTAL_BYTES = 32 * 1024 * 1024;
const MAX_FILES = 10_000;

/**
 * Reads every changed file once, except litter, so that every later step sees the same bytes even if the workspace
 * changes. Files that are `first` are read before the others, until the memory limit is reached. Sorted by path.
 */
export async function readChangedFiles(
  changes: readonly Change[],
  roots: { before: string; after: string },
  first: (path: string) => boolean,
): Promise<ChangedFile[]> {
  const ownChanges = changes.filter(({ litter }) => !litter);
  const ordered = [
    ...ownChanges.filter(({ path }) => first(path)),
    ...ownChanges.filter(({ path }) => !first(path)),
  ];
  let bytesLeft = MAX_TOTAL_BYTES;
  const isRead = ordered.map(({ before, after }, index) => {
    const sizes = [before, after].map((entry) => (entry?.type === 'file' ? entry.size : 0));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (index >= MAX_FILES || total > bytesLeft || sizes.some((size) => size > MAX_FILE_BYTES)) return false;
    bytesLeft -= total;
    return true;
  });
  const read = (root: string, path: string, entry: Change['before']) =>
    entry?.type === 'file' ? readRegularFile(root, path, entry.size) : null;
  const files = await mapBounded([...ordered.keys()], async (index): Promise<ChangedFile> => {
    const change = ordered[index] as Change;
    if (!isRead[index]) return { ...change, contentBefore: null, contentAfter: null };
    return {
      ...change,
      contentBefore: await read(roots.before, change.path, change.before),
      contentAfter: await read(roots.after, change.path, change.after),
    };
  });
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The files as text: null for binary content. */
export function textsOf(files: readonly ChangedFile[]): ChangedText[] {
  return files.map(({ path, contentBefore, contentAfter }) => ({
    path,
    before: asText(contentBefore),
    after: asText(contentAfter),
  }));
}

/** Decodes UTF-8 without NUL; null for any other content. */
export function asText(content: Buffer | null): string | null {
  if (content === null || content.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return null;
  }
}
