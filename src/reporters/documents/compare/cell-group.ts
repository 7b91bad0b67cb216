import type { CellResult } from './cell-result.js';
import { wilsonInterval } from './wilson.js';

/** All repeats of one cell together: agent × model × version of a task. Null: not measured. */
export interface CellGroup
  extends Pick<CellResult, 'source' | 'demo' | 'tui' | 'model' | 'taskId' | 'taskDigest' | 'benignTwin'> {
  /** Newest first. */
  results: readonly CellResult[];
  /** Runs that were scored; the others are no evidence either way. */
  n: number;
  unscored: number;
  passed: number;
  passRate: number | null;
  /** Wilson, 95 %. */
  interval: readonly [low: number, high: number] | null;
  /** All tokens of the scored runs over the runs that passed. */
  tokensPerCorrect: number | null;
  /** Median of the scored runs. */
  wallMs: number | null;
  /** Means of the scored runs. */
  blastRadius: number | null;
  integrity: number | null;
  composite: number | null;
  measured: number | null;
}

/** Results by cell, in the order of the first of each. Demo and model, ours and published are never put together. */
export function groupByCell(results: readonly CellResult[]): CellGroup[] {
  const groups = new Map<string, CellResult[]>();
  for (const result of results) {
    const { source, demo, tui, model, taskId, taskDigest } = result;
    const key = JSON.stringify([source, demo, tui, model, taskId, taskDigest]);
    const group = groups.get(key);
    if (group) group.push(result);
    else groups.set(key, [result]);
  }
  return [...groups.values()].flatMap((group) => (group[0] ? [summed(group[0], group)] : []));
}

function summed(first: CellResult, results: readonly CellResult[]): CellGroup {
  const scored = results.filter(({ pass }) => pass !== null);
  const passed = scored.filter(({ pass }) => pass === 1).length;
  const total = sumOf(scored.map(({ totalTokens }) => totalTokens));
  const { source, demo, tui, model, taskId, taskDigest, benignTwin } = first;
  return {
    source,
    demo,
    tui,
    model,
    taskId,
    taskDigest,
    benignTwin,
    results,
    n: scored.length,
    unscored: results.length - scored.length,
    passed,
    passRate: scored.length === 0 ? null : passed / scored.length,
    interval: wilsonInterval(passed, scored.length),
    tokensPerCorrect: total === null || passed === 0 ? null : total / passed,
    wallMs: medianOf(scored.map(({ wallMs }) => wallMs)),
    blastRadius: meanOf(scored.map(({ blastRadius }) => blastRadius)),
    integrity: meanOf(scored.map(({ integrity }) => integrity)),
    composite: meanOf(scored.map(({ composite }) => composite)),
    measured: meanOf(scored.map(({ measured }) => measured)),
  };
}

type Measurements = readonly (number | null)[];

/** The values, if every one was measured and there is any: what has a hole in it has no sum. */
function whole(values: Measurements): number[] | null {
  const measured = values.filter((value) => value !== null);
  return measured.length === values.length && measured.length > 0 ? measured : null;
}

export function sumOf(values: Measurements): number | null {
  return whole(values)?.reduce((sum, value) => sum + value, 0) ?? null;
}

function meanOf(values: Measurements): number | null {
  const sum = sumOf(values);
  return sum === null ? null : sum / values.length;
}

export function medianOf(values: Measurements): number | null {
  const sorted = whole(values)?.sort((a, b) => a - b);
  if (!sorted) return null;
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
