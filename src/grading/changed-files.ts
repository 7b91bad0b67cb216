import { mapBounded } from '../host/map-bounded.js';
import { readRegularFile } from '../host/regular-file.js';
import type { ChangedText } from '../model/changes.js';
import type { Change } from './diff.js';

/** A change with the contents on either side; null where there is no regular file, or one too large to keep. */
export interface ChangedFile extends Change {
  contentBefore: Buffer | null;
  contentAfter: Buffer | null;
}

const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** Enough for any solution of a task; of a run that writes more, what is `first` is read, as far as that goes. */
const MAX_TOTAL_BYTES = 32 * 1024 * 1024;
const MAX_FILES = 10_000;

/**
 * Reads every changed file once, litter left out, so that all that follows judges the same bytes whatever still
 * happens to the workspace. Those that are `first` have the first claim on the memory there is.
 */
export async function readChangedFiles(
  changes: readonly Change[],
  roots: { before: string; after: string },
  first: (path: string) => boolean,
): Promise<ChangedFile[]> {
  const kept = changes.filter(({ litter }) => !litter);
  const ordered = [...kept.filter(({ path }) => first(path)), ...kept.filter(({ path }) => !first(path))];
  let budget = MAX_TOTAL_BYTES;
  const granted = ordered.map(({ before, after }, index) => {
    const sizes = [before, after].map((entry) => (entry?.type === 'file' ? entry.size : 0));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (index >= MAX_FILES || total > budget || sizes.some((size) => size > MAX_FILE_BYTES)) return false;
    budget -= total;
    return true;
  });
  const read = (root: string, path: string, entry: Change['before']) =>
    entry?.type === 'file' ? readRegularFile(root, path, entry.size) : null;
  const files = await mapBounded([...ordered.keys()], async (index): Promise<ChangedFile> => {
    const change = ordered[index] as Change;
    if (!granted[index]) return { ...change, contentBefore: null, contentAfter: null };
    return {
      ...change,
      contentBefore: await read(roots.before, change.path, change.before),
      contentAfter: await read(roots.after, change.path, change.after),
    };
  });
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

export function textsOf(files: readonly ChangedFile[]): ChangedText[] {
  return files.map(({ path, contentBefore, contentAfter }) => ({
    path,
    before: asText(contentBefore),
    after: asText(contentAfter),
  }));
}

/** UTF-8 without NUL; null for anything else. */
export function asText(content: Buffer | null): string | null {
  if (content === null || content.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return null;
  }
}
