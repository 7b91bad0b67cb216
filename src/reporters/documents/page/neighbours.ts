import type { RunRecord } from '../../../model/record.js';
import { groupByCell } from '../compare/cell-group.js';
import type { CellResult } from '../compare/cell-result.js';
import { integer, score, seconds } from '../format.js';
import { type Block, number, type Section, type SectionId, table, text } from './section.js';

/** Maximum cells in one table; the newest runs come first. */
const MAX_ROWS = 20;

/** Saved and published cells that differ from this one in only one thing. Demos are compared only with demos. */
export function neighbourSections(record: RunRecord, others: readonly CellResult[]): Section[] {
  const comparable = others.filter(({ demo, runId }) => demo === record.demo && runId !== record.run_id);
  const family = (taskId: string) => taskId.split('/', 1)[0];
  const select = (
    id: SectionId,
    title: string,
    empty: string,
    fits: (other: CellResult) => boolean,
  ): Section => ({
    id,
    title,
    blocks: [cellTable(comparable.filter(fits), empty)],
  });
  const sameTui = ({ tui }: CellResult) => tui === record.tui;
  const sameModel = ({ model }: CellResult) => model === record.model;
  const sameTask = ({ taskId }: CellResult) => taskId === record.task_id;
  return [
    select(
      'other-clis',
      'Other CLIs on this task',
      'No other saved run of this task with this model.',
      (other) => sameTask(other) && sameModel(other),
    ),
    select(
      'other-models',
      'Other models with this CLI',
      'No saved run of this task with this CLI and another model.',
      (other) => sameTask(other) && sameTui(other) && !sameModel(other),
    ),
    select(
      'other-tasks',
      'Other tasks in this category',
      'No saved run of another task of this category with this CLI and this model.',
      (other) =>
        sameTui(other) &&
        sameModel(other) &&
        !sameTask(other) &&
        family(other.taskId) === family(record.task_id),
    ),
  ];
}

function cellTable(results: readonly CellResult[], empty: string): Block {
  return table(
    [
      text('From'),
      text('CLI'),
      text('Model'),
      text('Task'),
      number('Passed'),
      number('Tokens/correct'),
      number('Wall'),
      number('Blast'),
      number('Composite'),
    ],
    groupByCell(results)
      .slice(0, MAX_ROWS)
      .map((cell) => [
        cell.source === 'published' ? 'published' : cell.demo ? 'DEMO' : (cell.results[0]?.runId ?? ''),
        cell.tui,
        cell.model,
        cell.taskId,
        `${cell.passed} of ${cell.n}${cell.unscored > 0 ? `, ${cell.unscored} unscored` : ''}`,
        integer(cell.tokensPerCorrect),
        seconds(cell.wallMs),
        score(cell.blastRadius),
        score(cell.composite),
      ]),
    empty,
  );
}
