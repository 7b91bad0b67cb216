/** Tests inside a source file: from a line to the end. */
export interface TestRegion {
  /** The line, trimmed; the first such line of the file begins the region. */
  from: string;
  offset: number;
}

/** The test module of a Rust file, or null. */
export function findTestRegion(path: string, text: string): TestRegion | null {
  if (!path.endsWith('.rs')) return null;
  const lines = text.split('\n');
  const trimmed = lines.map((line) => line.trim());
  const offsetOf = (index: number) => lines.slice(0, index).join('\n').length + (index === 0 ? 0 : 1);
  for (let at = trimmed.indexOf('#[cfg(test)]'); at !== -1; at = trimmed.indexOf('#[cfg(test)]', at + 1)) {
    const module = trimmed.findIndex((line, index) => index > at && line !== '' && !line.startsWith('#['));
    if (!/^(?:pub )?mod \w+ \{/.test(trimmed[module] ?? '')) continue;
    const begin = trimmed.indexOf('#[cfg(test)]') === at ? at : module;
    const from = trimmed[begin] ?? '';
    return trimmed.indexOf(from) === begin ? { from, offset: offsetOf(begin) } : null;
  }
  return null;
}
