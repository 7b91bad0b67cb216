import { shellWord } from '../../host/shell-word.js';
import type { RunRecord } from '../../model/record.js';

/** How the same cell is run so that its result may be cited: with the published image of the agent. */
export interface CitableRun {
  /** Image and tag. */
  image: string;
  /** `sha256:…`; null where it is not known, and the tag alone has to do. */
  digest: string | null;
  pull: string;
  /** The `docker run` command, a line an argument. */
  run: string;
  /** The same on one line. */
  line: string;
}

type Cell = Pick<RunRecord, 'demo' | 'tui' | 'model' | 'task_id' | 'task_published' | 'published_image'>;

/** Null where there is nothing to run: no image is known, or the published benchmark has no such model or task. */
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
