import { type CellGroup, groupByCell, medianOf, sumOf, wilsonInterval } from './cell-group.js';
import type { CellResult } from './cell-result.js';

/** An agent with a model, over the tasks that all such pairs have in common. */
export interface AgentModelPair
  extends Pick<CellGroup, 'tui' | 'model' | 'n' | 'passed' | 'passRate' | 'interval'> {
  tokensPerCorrect: number | null;
  /** Median over the tasks of each task's median. */
  wallMs: number | null;
}

/** Saved runs side by side. Published by `compare --format json`. */
export interface Comparison {
  demo: boolean;
  cells: readonly CellGroup[];
  /** Ids of the tasks; `id@digest` where the runs used several versions of a task. */
  tasks: readonly string[];
  /** Those of `tasks` of which every pair in `players` has a scored run. */
  common: readonly string[];
  /** The pairs with a scored run of a common task, under their published key. */
  players: readonly AgentModelPair[];
  /** Pairs without a scored run. They do not reduce the common tasks. */
  unscoredPairs: ReadonlyArray<Pick<AgentModelPair, 'tui' | 'model'> & { runs: number }>;
  unscored: number;
}

/** Compares results. Published cells are listed with the cells, but count in no sum. */
export function compareResults(results: readonly CellResult[]): Comparison {
  const cells = groupByCell(results);
  const local = cells.filter(({ source }) => source === 'local');
  const name = taskNames(local);
  const tasks = [...new Set(local.map(name))].sort();
  const byPair = new Map<string, CellGroup[]>();
  for (const cell of local) {
    const key = JSON.stringify([cell.tui, cell.model]);
    const group = byPair.get(key);
    if (group) group.push(cell);
    else byPair.set(key, [cell]);
  }
  const isScored = (group: readonly CellGroup[]) => group.some(({ n }) => n > 0);
  const scored = [...byPair.values()].filter(isScored);
  const common = tasks.filter(
    (task) =>
      scored.length > 0 && scored.every((group) => group.some((cell) => cell.n > 0 && name(cell) === task)),
  );
  const players = scored.flatMap((group) => {
    const shared = group.filter((cell) => common.includes(name(cell)));
    return shared[0] ? [pairOf(shared[0], shared)] : [];
  });
  const unscoredPairs = [...byPair.values()].flatMap((group) => {
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

/** Returns a function that names a cell's task: its id, with its digest where `cells` have several versions of it. */
export function taskNames(cells: readonly CellGroup[]): (cell: CellGroup) => string {
  const digests = new Map<string, Set<string | null>>();
  for (const { taskId, taskDigest } of cells)
    digests.set(taskId, (digests.get(taskId) ?? new Set()).add(taskDigest));
  return ({ taskId, taskDigest }) =>
    (digests.get(taskId)?.size ?? 0) > 1 && taskDigest !== null
      ? `${taskId}@${taskDigest.replace('sha256:', '').slice(0, 7)}`
      : taskId;
}

function pairOf({ tui, model }: CellGroup, cells: readonly CellGroup[]): AgentModelPair {
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
