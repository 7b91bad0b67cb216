import picomatch from 'picomatch';

/** Whether `matchGlobs` can parse it. */
export function isReadableGlob(glob: string): boolean {
  try {
    picomatch(glob);
    return true;
  } catch {
    return false;
  }
}

/** Returns a test whether a relative path matches one of the globs. Globs match dot files too. An empty list matches nothing. */
export function matchGlobs(globs: readonly string[]): (path: string) => boolean {
  const matches = picomatch([...globs], { dot: true });
  // Wrapped: picomatch would interpret a second argument, such as the index from `filter`.
  return (path) => matches(path);
}

/** Whether a name is a pattern. */
export function isGlob(name: string): boolean {
  return picomatch.scan(name).isGlob;
}
