import { type CellGroup, groupByCell, medianOf, sumOf } from './cell-group.js';
import type { CellResult } from './cell-result.js';
import { wilsonInterval } from './wilson.js';

/** An agent with a model, over the tasks that all such pairs ran: like with like. */
export interface Player extends Pick<CellGroup, 'tui' | 'model' | 'n' | 'passed' | 'passRate' | 'interval'> {
  tokensPerCorrect: number | null;
  /** Median over the tasks of the median of each. */
  wallMs: number | null;
}

/** Saved runs side by side. */
export interface Comparison {
  demo: boolean;
  cells: readonly CellGroup[];
  /** Ids of the tasks, a version of a task each; `id@digest` where there is more than one version. */
  tasks: readonly string[];
  /** Those of `tasks` that every one of `players` has a scored run of. */
  common: readonly string[];
  /** Those with a scored run; none when they have no task in common. */
  players: readonly Player[];
  /** Agents with a model of which no run was scored: they are compared with nobody, and empty no comparison. */
  unscoredPairs: ReadonlyArray<Pick<Player, 'tui' | 'model'> & { runs: number }>;
  unscored: number;
}

/** Puts results side by side; published cells stand among the cells and in no sum. */
export function compareResults(results: readonly CellResult[]): Comparison {
  const cells = groupByCell(results);
  const local = cells.filter(({ source }) => source === 'local');
  const name = taskNames(local);
  const tasks = [...new Set(local.map(name))].sort();
  const byPlayer = new Map<string, CellGroup[]>();
  for (const cell of local) {
    const key = JSON.stringify([cell.tui, cell.model]);
    const group = byPlayer.get(key);
    if (group) group.push(cell);
    else byPlayer.set(key, [cell]);
  }
  const isScored = (group: readonly CellGroup[]) => group.some(({ n }) => n > 0);
  const scored = [...byPlayer.values()].filter(isScored);
  const common = tasks.filter(
    (task) =>
      scored.length > 0 && scored.every((group) => group.some((cell) => cell.n > 0 && name(cell) === task)),
  );
  const players = scored.flatMap((group) => {
    const shared = group.filter((cell) => common.includes(name(cell)));
    return shared[0] ? [playerOf(shared[0], shared)] : [];
  });
  const unscoredPairs = [...byPlayer.values()].flatMap((group) => {
    const [first] = group;
    if (!first || isScored(group)) return [];
    return [{ tui: first.tui, model: first.model, runs: sumOf(group.map(({ unscored }) => unscored)) ?? 0 }];
  });
  return {
    demo: results.some(({ demo }) => demo),
    cells,
    tasks,
    common,
    players,
    unscoredPairs,
    unscored: local.reduce((sum, { unscored }) => sum + unscored, 0),
  };
}

/** Names a cell's task; with its digest when the task was run in several versions, which are not one task. */
export function taskNames(cells: readonly CellGroup[]): (cell: CellGroup) => string {
  const digests = new Map<string, Set<string | null>>();
  for (const { taskId, taskDigest } of cells)
    digests.set(taskId, (digests.get(taskId) ?? new Set()).add(taskDigest));
  return ({ taskId, taskDigest }) =>
    (digests.get(taskId)?.size ?? 0) > 1 && taskDigest !== null
      ? `${taskId}@${taskDigest.replace('sha256:', '').slice(0, 7)}`
      : taskId;
}

function playerOf({ tui, model }: CellGroup, cells: readonly CellGroup[]): Player {
  const n = cells.reduce((sum, cell) => sum + cell.n, 0);
  const passed = cells.reduce((sum, cell) => sum + cell.passed, 0);
  const scored = cells.flatMap(({ results }) => results.filter(({ pass }) => pass !== null));
  const total = sumOf(scored.map(({ totalTokens }) => totalTokens));
  return {
    tui,
    model,
    n,
    passed,
    passRate: n === 0 ? null : passed / n,
    interval: wilsonInterval(passed, n),
    tokensPerCorrect: total === null || passed === 0 ? null : total / passed,
    wallMs: medianOf(cells.map(({ wallMs }) => wallMs)),
  };
}
