import type { ChangedText } from '../scoring/facts.js';
import type { Change } from './diff.js';
import { readRegularFile } from './regular-file.js';

/** A change with the contents on either side; null where there is no regular file, or one too large to keep. */
export interface ChangedFile extends Change {
  contentBefore: Buffer | null;
  contentAfter: Buffer | null;
}

const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** Enough for any solution of a task; a run that writes more keeps only what is `first`. */
const MAX_TOTAL_BYTES = 32 * 1024 * 1024;

/**
 * Reads every changed file once, litter left out, so that all that follows judges the same bytes whatever still
 * happens to the workspace. Those that are `first` have the first claim on the memory there is.
 */
export async function readChangedFiles(
  changes: readonly Change[],
  roots: { before: string; after: string },
  first: (path: string) => boolean,
): Promise<ChangedFile[]> {
  let budget = MAX_TOTAL_BYTES;
  const read = async (root: string, path: string, present: boolean) => {
    const content = present ? await readRegularFile(root, path, Math.min(MAX_FILE_BYTES, budget)) : null;
    budget -= content?.length ?? 0;
    return content;
  };
  const files: ChangedFile[] = [];
  const kept = changes.filter(({ litter }) => !litter);
  for (const change of [
    ...kept.filter(({ path }) => first(path)),
    ...kept.filter(({ path }) => !first(path)),
  ]) {
    files.push({
      ...change,
      contentBefore: await read(roots.before, change.path, change.before !== null),
      contentAfter: await read(roots.after, change.path, change.after !== null),
    });
  }
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
