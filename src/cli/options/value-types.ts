import { randomInt } from 'node:crypto';
import { InvalidArgumentError } from 'commander';
import type { ValueType } from './option.js';

/** Any text. */
export const text: ValueType<string> = { read: (typed) => typed, write: (value) => value };

/** A whole number from 0. */
export const seedNumber = numberType('It takes a whole number, 0 or above.', (value) => {
  return Number.isSafeInteger(value) && value >= 0;
});

/** Short enough to type. */
const MAX_SEED = 2 ** 31;

/** Returns a random seed. */
export function drawSeed(): number {
  return randomInt(MAX_SEED);
}

/** A whole number from 1. */
export const wholeNumber = numberType('It takes a whole number above 0.', (value) => {
  return Number.isSafeInteger(value) && value > 0;
});

/** A number above 0, such as seconds or a factor. */
export const positiveNumber = numberType('It takes a number above 0.', (value) => {
  return Number.isFinite(value) && value > 0;
});

/** Money per million tokens. */
export interface Price {
  input: number;
  output: number;
}

/** Prices, typed as `in,out`. */
export const price: ValueType<Price> = {
  read(typed) {
    const [input = Number.NaN, output = Number.NaN, ...more] = typed
      .split(',')
      .map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
    if (more.length > 0 || !(input >= 0) || !(output >= 0) || !Number.isFinite(input + output))
      throw new InvalidArgumentError('It takes two numbers, such as 0.15,0.60.');
    return { input, output };
  },
  write: ({ input, output }) => `${input},${output}`,
};

/** One word of a list. */
export function oneOf<const T extends string>(choices: readonly T[]): ValueType<T> {
  return {
    read(typed) {
      const chosen = choices.find((choice) => choice === typed);
      if (chosen !== undefined) return chosen;
      throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
    },
    write: (value) => value,
    choices,
  };
}

function numberType(message: string, accepts: (value: number) => boolean): ValueType<number> {
  return {
    read(typed) {
      const value = Number(typed);
      if (typed.trim() === '' || !accepts(value)) throw new InvalidArgumentError(message);
      return value;
    },
    write: String,
  };
}
