/** One instruction of a Dockerfile, continued lines joined. */
export interface DockerStep {
  /** Where it begins, from 1. */
  line: number;
  /** In capitals. */
  name: string;
  value: string;
}

/** The instructions of a Dockerfile in order, comments and empty lines left out. */
export function readDockerfile(text: string): DockerStep[] {
  const steps: DockerStep[] = [];
  let open: DockerStep | null = null;
  text.split('\n').forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return;
    const goesOn = line.endsWith('\\');
    const words = goesOn ? line.slice(0, -1).trim() : line;
    if (open) open.value = `${open.value} ${words}`.trim();
    else {
      const [, name = '', value = ''] = /^(\S+)\s*(.*)$/.exec(words) ?? [];
      open = { line: index + 1, name: name.toUpperCase(), value };
      steps.push(open);
    }
    if (!goesOn) open = null;
  });
  return steps;
}

/**
 * The words of a COPY, in its plain or its JSON form; null when they cannot be told without a shell's or a builder's
 * help: variables, quotes, here-documents, flags.
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

/** The variables of an ENV, `NAME=value …` or `NAME value`; null when a value has to be worked out. */
export function envPairs(value: string): Record<string, string> | null {
  const old = /^([A-Za-z_]\w*)\s+([^=]*)$/.exec(value);
  if (old?.[1] !== undefined && old[2] !== undefined)
    return /[$\\]/.test(old[2]) ? null : { [old[1]]: old[2] };
  const pairs: Record<string, string> = {};
  const rest = value.replace(
    /([A-Za-z_]\w*)=(?:"([^"$\\]*)"|'([^'$\\]*)'|([^\s"'$\\]*))(?:\s+|$)/gy,
    (...found) => {
      pairs[found[1]] = found[2] ?? found[3] ?? found[4];
      return '';
    },
  );
  return rest === '' && Object.keys(pairs).length > 0 ? pairs : null;
}
