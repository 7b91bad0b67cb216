/** 97.5 % quantile of the normal distribution: both tails together leave 5 %. */
const Z = 1.959963984540054;

/** Wilson's 95 % interval of a rate, from `passed` of `n`; null for no trial. */
export function wilsonInterval(passed: number, n: number): readonly [low: number, high: number] | null {
  if (n === 0) return null;
  const rate = passed / n;
  const z2 = Z * Z;
  const centre = rate + z2 / (2 * n);
  const margin = Z * Math.sqrt((rate * (1 - rate)) / n + z2 / (4 * n * n));
  const scale = 1 + z2 / n;
  return [Math.max(0, (centre - margin) / scale), Math.min(1, (centre + margin) / scale)];
}
