/** The middle of the values; the mean of the two middle ones. Errors: there are none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that a share `q` (0 to 1) of the values does not exceed, linear between neighbours. Errors: there are none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * q;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) throw new Error('nothing was measured');
  return below + (above - below) * (place % 1);
}

/** Measures things in turns, so that what else the machine does hits all of them; each one's results, in order. */
export async function inTurns<Name extends string, T>(
  rounds: number,
  works: Record<Name, () => Promise<T>>,
): Promise<Record<Name, T[]>> {
  const names = Object.keys(works) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, T[]>;
  for (let round = 0; round < rounds; round++) {
    // Who comes later finds warmer caches: they take turns at that too.
    for (const name of round % 2 === 0 ? names : [...names].reverse())
      results[name].push(await works[name]());
  }
  return results;
}
