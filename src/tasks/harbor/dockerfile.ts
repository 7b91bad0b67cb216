/** One instruction of a Dockerfile, with continuation lines joined. */
export interface DockerStep {
  /** Number of its first line, from 1. */
  line: number;
  /** In upper case. */
  name: string;
  value: string;
}

/** Parses a Dockerfile: its instructions in order, without comments and empty lines. */
export function readDockerfile(text: string): DockerStep[] {
  const steps: DockerStep[] = [];
  let open: DockerStep | null = null;
  text.split('\n').forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return;
    const continues = line.endsWith('\\');
    const words = continues ? line.slice(0, -1).trim() : line;
    if (open) open.value = `${open.value} ${words}`.trim();
    else {
      const [, name = '', value = ''] = /^(\S+)\s*(.*)$/.exec(words) ?? [];
      open = { line: index + 1, name: name.toUpperCase(), value };
      steps.push(open);
    }
    if (!continues) open = null;
  });
  return steps;
}

/**
 * The words of a COPY, in its plain or JSON form. Null when a shell or builder would have to evaluate them: variables,
 * quotes, here-documents, flags.
 */
export function copyWords(value: string): string[] | null {
  if (/[$"'`]|<<|\\/.test(value.startsWith('[') ? '' : value) || value.startsWith('--')) return null;
  if (!value.startsWith('[')) return value.split(/\s+/);
  try {
    const words: unknown = JSON.parse(value);
    return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : null;
  } catch {
    return null;
  }
}

/** The variables of an ENV, `NAME=value …` or `NAME value`. Null when a value must be evaluated. */
export function envPairs(value: string): Record<string, string> | null {
  const oldForm = /^([A-Za-z_]\w*)\s+([^=]*)$/.exec(value);
  if (oldForm?.[1] !== undefined && oldForm[2] !== undefined)
    return /[$\\]/.test(oldForm[2]) ? null : { [oldForm[1]]: oldForm[2] };
  const pairs: Record<string, string> = {};
  const rest = value.replace(
    /([A-Za-z_]\w*)=(?:"([^"$\\]*)"|'([^'$\\]*)'|([^\s"'$\\]*))(?:\s+|$)/gy,
    (...match) => {
      pairs[match[1]] = match[2] ?? match[3] ?? match[4];
      return '';
    },
  );
  return rest === '' && Object.keys(pairs).length > 0 ? pairs : null;
}
