import { InvalidArgumentError, Option } from 'commander';
import { WRAPPERS } from '../../sandbox/sandbox.js';

/** An option that may be given again: its values in order. */
export function repeated(value: string, before: string[] = []): string[] {
  return [...before, value];
}

/** An option whose values, with commas between, may also be given one by one. */
export function listed(value: string, before?: string): string {
  return before === undefined ? value : `${before},${value}`;
}

/** `--sandbox`; `what` says what is wrapped. */
export function sandboxOption(what: string): Option {
  return new Option('--sandbox <mode>', `${what}: the best that works here, required, off, or one by name`)
    .choices(['auto', 'required', 'off', ...WRAPPERS])
    .default('auto');
}

/** A whole number from 0. Errors: InvalidArgumentError, as with all of these. */
export function seed(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0 || text.trim() === '')
    throw new InvalidArgumentError('It takes a whole number, 0 or above.');
  return value;
}

/** A whole number from 1. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value <= 0)
    throw new InvalidArgumentError('It takes a whole number above 0.');
  return value;
}

/** Prices per million tokens, `in,out`. */
export function price(text: string): { input: number; output: number } {
  const [input = Number.NaN, output = Number.NaN, ...more] = text
    .split(',')
    .map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (more.length > 0 || !(input >= 0) || !(output >= 0) || !Number.isFinite(input + output)) {
    throw new InvalidArgumentError('It takes two numbers, such as 0.15,0.60.');
  }
  return { input, output };
}

/** Seconds or a factor, above 0. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('It takes a number above 0.');
  return value;
}
