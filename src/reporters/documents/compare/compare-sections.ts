import { integer, NOT_MEASURED, plural, score, seconds } from '../format.js';
import { number, prose, type Section, table, text } from '../page/section.js';
import { cellTitle } from '../verdict-text.js';
import type { CellGroup } from './cell-group.js';
import { type AgentModelPair, type Comparison, taskNames } from './comparison.js';
import { twinsSection } from './twins-section.js';

/** The comparison as sections: a matrix, the pairs over their common tasks, twins, and every cell. */
export function compareSections(comparison: Comparison): Section[] {
  return [
    matrixSection(comparison),
    pairsSection(comparison),
    ...twinsSection(comparison.cells),
    cellsSection(comparison),
  ];
}

const rate = (value: number | null) => (value === null ? NOT_MEASURED : `${Math.round(value * 100)} %`);
const interval = (bounds: AgentModelPair['interval']) =>
  bounds === null ? NOT_MEASURED : `${Math.round(bounds[0] * 100)}–${Math.round(bounds[1] * 100)} %`;

function matrixSection({ cells, tasks, unscored }: Comparison): Section {
  const local = cells.filter(({ source }) => source === 'local');
  const name = taskNames(local);
  const rows = new Map<string, Map<string, CellGroup>>();
  for (const cell of local) {
    const pair = cellTitle(cell);
    rows.set(pair, (rows.get(pair) ?? new Map()).set(name(cell), cell));
  }
  const shown = (cell: CellGroup | undefined) =>
    cell === undefined ? '' : cell.n === 0 ? 'not scored' : `${cell.passed}/${cell.n}`;
  return {
    id: 'matrix',
    title: 'Passed runs of scored runs',
    blocks: [
      table(
        [text('CLI × model'), ...tasks.map(number)],
        [...rows].map(([pair, byTask]) => [pair, ...tasks.map((task) => shown(byTask.get(task)))]),
        'Nothing to compare.',
      ),
      ...(unscored > 0
        ? [
            prose(
              `${plural(unscored, 'run was', 'runs were')} not scored and not counted: infrastructure, not capability.`,
            ),
          ]
        : []),
    ],
  };
}

function pairsSection({ cells, players, common, tasks, unscoredPairs }: Comparison): Section {
  const over = common.length === tasks.length ? 'all' : `${common.length} of ${tasks.length}`;
  return {
    id: 'players',
    title: `Over common tasks: ${over} tasks have a scored run of every pair`,
    blocks: [
      table(
        [
          text('CLI × model'),
          number('Passed'),
          number('Pass rate'),
          number('95 % interval'),
          number('Tokens/correct'),
          number('Wall'),
        ],
        players.map((pair) => [
          cellTitle(pair),
          `${pair.passed}/${pair.n}`,
          rate(pair.passRate),
          interval(pair.interval),
          integer(pair.tokensPerCorrect),
          seconds(pair.wallMs),
        ]),
        cells.every(({ source, n }) => source !== 'local' || n === 0)
          ? 'No run was scored.'
          : 'No task has a scored run of every pair: narrow the choice with --tui, --model or --task.',
      ),
      ...unscoredPairs.map(({ tui, model, runs }) =>
        prose(`${tui} × ${model} is left out: none of its runs was scored (${plural(runs, 'run')}).`),
      ),
    ],
  };
}

function cellsSection({ cells }: Comparison): Section {
  const name = taskNames(cells.filter(({ source }) => source === 'local'));
  return {
    id: 'cells',
    title: 'Cells',
    blocks: [
      table(
        [
          ...['From', 'CLI', 'Model', 'Task'].map(text),
          ...['Passed', '95 % interval', 'Tokens/correct', 'Wall', 'Blast', 'Composite', 'Measured'].map(
            number,
          ),
        ],
        cells.map((cell) => [
          cell.source === 'published' ? 'published' : cell.demo ? 'DEMO' : 'here',
          cell.tui,
          cell.model,
          name(cell),
          cell.n === 0 ? 'not scored' : `${cell.passed}/${cell.n}`,
          interval(cell.interval),
          integer(cell.tokensPerCorrect),
          seconds(cell.wallMs),
          score(cell.blastRadius),
          score(cell.composite),
          score(cell.measured),
        ]),
        'No run matches.',
      ),
      ...(cells.some(({ source }) => source === 'published')
        ? [
            prose(
              'Published cells were run on other tasks and under other conditions: they are listed, but count in no sum.',
            ),
          ]
        : []),
    ],
  };
}
