/**
 * The middle value, or the mean of the two middle values.
 *
 * @throws Error when there are no values
 */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * The `q`-quantile of the values (`q` from 0 to 1), with linear interpolation between neighbours.
 *
 * @throws Error when there are no values
 */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * q;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) throw new Error('nothing was measured');
  return below + (above - below) * (position % 1);
}

/**
 * Runs all measurements once per round, so that other load on the machine affects all of them. Returns the results of
 * each, in the order of the rounds.
 */
export async function inTurns<Name extends string, T>(
  rounds: number,
  measurements: Record<Name, () => Promise<T>>,
): Promise<Record<Name, T[]>> {
  const names = Object.keys(measurements) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, T[]>;
  for (let round = 0; round < rounds; round++) {
    // The later ones find warmer caches, so every second round has the reverse order.
    for (const name of round % 2 === 0 ? names : [...names].reverse())
      results[name].push(await measurements[name]());
  }
  return results;
}
