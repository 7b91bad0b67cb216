import { integer, NOT_MEASURED, plural, score, seconds } from '../format.js';
import { number, prose, type Section, table, text } from '../page/section.js';
import type { CellGroup } from './cell-group.js';
import { type Comparison, type Player, taskNames } from './comparison.js';
import { twinsSection } from './twins-section.js';

/** The comparison as sections: the matrix, the players over what they have in common, and every cell. */
export function compareSections(comparison: Comparison): Section[] {
  return [
    matrixSection(comparison),
    playersSection(comparison),
    ...twinsSection(comparison.cells),
    cellsSection(comparison),
  ];
}

const rate = (value: number | null) => (value === null ? NOT_MEASURED : `${Math.round(value * 100)} %`);
const interval = (bounds: Player['interval']) =>
  bounds === null ? NOT_MEASURED : `${Math.round(bounds[0] * 100)}–${Math.round(bounds[1] * 100)} %`;

function matrixSection({ cells, tasks, players: _, unscored }: Comparison): Section {
  const local = cells.filter(({ source }) => source === 'local');
  const name = taskNames(local);
  const rows = new Map<string, Map<string, CellGroup>>();
  for (const cell of local) {
    const player = `${cell.tui} × ${cell.model}`;
    rows.set(player, (rows.get(player) ?? new Map()).set(name(cell), cell));
  }
  const shown = (cell: CellGroup | undefined) =>
    cell === undefined ? '' : cell.n === 0 ? 'not scored' : `${cell.passed}/${cell.n}`;
  return {
    id: 'matrix',
    title: 'Passed, of the runs that were scored',
    blocks: [
      table(
        [text('CLI × model'), ...tasks.map(number)],
        [...rows].map(([player, byTask]) => [player, ...tasks.map((task) => shown(byTask.get(task)))]),
        'Nothing to compare.',
      ),
      ...(unscored > 0
        ? [
            prose(
              `${plural(unscored, 'run was', 'runs were')} not scored and counted nowhere: infrastructure, not capability.`,
            ),
          ]
        : []),
    ],
  };
}

function playersSection({ cells, players, common, tasks, unscoredPairs }: Comparison): Section {
  const over = common.length === tasks.length ? 'all' : `the ${common.length} of ${tasks.length}`;
  return {
    id: 'players',
    title: `Like with like: over ${over} tasks of which every one of them has a scored run`,
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
        players.map((player) => [
          `${player.tui} × ${player.model}`,
          `${player.passed}/${player.n}`,
          rate(player.passRate),
          interval(player.interval),
          integer(player.tokensPerCorrect),
          seconds(player.wallMs),
        ]),
        cells.every(({ source, n }) => source !== 'local' || n === 0)
          ? 'No run was scored.'
          : 'No task has a scored run of all of them: narrow the choice by --tui, --model or --task.',
      ),
      ...unscoredPairs.map(({ tui, model, runs }) =>
        prose(`${tui} × ${model} is left out: no run of it was scored (${plural(runs, 'run', 'runs')}).`),
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
        'No run fits.',
      ),
      ...(cells.some(({ source }) => source === 'published')
        ? [
            prose(
              'Published cells were made on tasks and under conditions of their own: they stand beside, and in no sum.',
            ),
          ]
        : []),
    ],
  };
}
