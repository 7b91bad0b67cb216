export function isAtLeast(version: string, least: string): boolean {
  return compareVersions(version, least) >= 0;
}

/** Compares dotted numbers part by part, a missing part as 0; whatever follows a number is ignored. */
export function compareVersions(a: string, b: string): number {
  const parts = (version: string) => version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const [left, right] = [parts(a), parts(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
