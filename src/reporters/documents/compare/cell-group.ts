import type { CellResult } from './cell-result.js';

/** All repeats of one cell: agent × model × version of a task. Null: not measured. */
export interface CellGroup
  extends Pick<CellResult, 'source' | 'demo' | 'tui' | 'model' | 'taskId' | 'taskDigest' | 'benignTwin'> {
  /** Newest first. */
  results: readonly CellResult[];
  /** Scored runs. Unscored runs are no evidence either way. */
  n: number;
  unscored: number;
  passed: number;
  passRate: number | null;
  /** Wilson's 95 % interval. */
  interval: readonly [low: number, high: number] | null;
  /** All tokens of the scored runs divided by the runs that passed. */
  tokensPerCorrect: number | null;
  /** Median of the scored runs. */
  wallMs: number | null;
  /** Means of the scored runs. */
  blastRadius: number | null;
  integrity: number | null;
  composite: number | null;
  measured: number | null;
}

/** Groups results by cell, in the order of first appearance. Demo and real runs, local and published ones stay separate. */
export function groupByCell(results: readonly CellResult[]): CellGroup[] {
  const groups = new Map<string, CellResult[]>();
  for (const result of results) {
    const { source, demo, tui, model, taskId, taskDigest } = result;
    const key = JSON.stringify([source, demo, tui, model, taskId, taskDigest]);
    const group = groups.get(key);
    if (group) group.push(result);
    else groups.set(key, [result]);
  }
  return [...groups.values()].flatMap((group) => (group[0] ? [groupOf(group[0], group)] : []));
}

function groupOf(first: CellResult, results: readonly CellResult[]): CellGroup {
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

/** The values; null when one was not measured, or there are none: a partial sum would be wrong. */
function complete(values: Measurements): number[] | null {
  const measured = values.filter((value) => value !== null);
  return measured.length === values.length && measured.length > 0 ? measured : null;
}

/** Null when a value was not measured, or there are none. */
export function sumOf(values: Measurements): number | null {
  return complete(values)?.reduce((sum, value) => sum + value, 0) ?? null;
}

function meanOf(values: Measurements): number | null {
  const sum = sumOf(values);
  return sum === null ? null : sum / values.length;
}

/** Null when a value was not measured, or there are none. */
export function medianOf(values: Measurements): number | null {
  const sorted = complete(values)?.sort((a, b) => a - b);
  if (!sorted) return null;
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

/** 97.5 % quantile of the standard normal distribution. */
const Z = 1.959963984540054;

/** Wilson's score interval (1927) at 95 % for the rate `passed / n`; null when `n` is 0. */
export function wilsonInterval(passed: number, n: number): readonly [low: number, high: number] | null {
  if (n === 0) return null;
  const rate = passed / n;
  const z2 = Z * Z;
  const centre = rate + z2 / (2 * n);
  const margin = Z * Math.sqrt((rate * (1 - rate)) / n + z2 / (4 * n * n));
  const scale = 1 + z2 / n;
  return [Math.max(0, (centre - margin) / scale), Math.min(1, (centre + margin) / scale)];
}
