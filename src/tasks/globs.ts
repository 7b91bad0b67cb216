import picomatch from 'picomatch';

/** Whether `matchGlobs` can read it. */
export function isReadableGlob(glob: string): boolean {
  try {
    picomatch(glob);
    return true;
  } catch {
    return false;
  }
}

/** Whether a relative path matches one of the globs; dot files are files like any other. No globs match nothing. */
export function matchGlobs(globs: readonly string[]): (path: string) => boolean {
  const matches = picomatch([...globs], { dot: true });
  // Wrapped, because a second argument (the index that `filter` passes) would change picomatch's answer.
  return (path) => matches(path);
}

/** Whether a name has to be matched, not looked up. */
export function isGlob(name: string): boolean {
  return picomatch.scan(name).isGlob;
}
