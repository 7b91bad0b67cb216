import { shellWord } from '../../host/shell-word.js';
import type { RunRecord } from '../../model/record.js';

/** The command that runs the cell with the published image of the agent, which makes its result citable. */
export interface CitableRun {
  /** Image and tag. */
  image: string;
  /** `sha256:…`; null when only the tag is known. */
  digest: string | null;
  pull: string;
  /** The `docker run` command with one argument per line. */
  run: string;
  /** The same on one line. */
  line: string;
}

type Cell = Pick<RunRecord, 'demo' | 'tui' | 'model' | 'task_id' | 'task_published' | 'published_image'>;

/** Null when no published image is known, for a demo, and for a task that the published benchmark does not have. */
export function citableRun(cell: Cell): CitableRun | null {
  const { published_image: image } = cell;
  if (image === null || cell.demo || !cell.task_published) return null;
  const reference = image.digest === null ? image.name : `${image.name}@${image.digest}`;
  const lines = [
    'docker run --rm',
    '  -e CAB_ENDPOINT="$YOUR_ENDPOINT"',
    '  -e CAB_KEY="$YOUR_KEY"',
    `  ${reference}`,
    '  run-cell',
    `    --tui ${shellWord(cell.tui)}`,
    `    --model ${shellWord(cell.model)}`,
    `    --task ${shellWord(cell.task_id)}`,
  ];
  return {
    image: image.name,
    digest: image.digest,
    pull: `docker pull ${reference}`,
    run: lines.join(' \\\n'),
    line: lines.map((line) => line.trim()).join(' '),
  };
}
