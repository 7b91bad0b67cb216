import { randomInt } from 'node:crypto';

/** Fits on a command line. */
const MAX_SEED = 2 ** 31;

/** A seed for those who gave none. */
export function drawSeed(): number {
  return randomInt(MAX_SEED);
}
