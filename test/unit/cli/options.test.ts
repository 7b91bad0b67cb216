import { PassThrough } from 'node:stream';
import { Command } from 'commander';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CliIo } from '../../../src/cli/io.js';
import { checkOptions } from '../../../src/cli/options/check.js';
import { addOptions } from '../../../src/cli/options/commander.js';
import { exampleOf, helpOf } from '../../../src/cli/options/describe.js';
import { doctorOptions } from '../../../src/cli/options/doctor.js';
import { limit } from '../../../src/cli/options/limit.js';
import type { OptionSpec, OptionTable, ValueType } from '../../../src/cli/options/option.js';
import { compareOptions, replayOptions, showOptions } from '../../../src/cli/options/saved-runs.js';
import { listOptions, mutateOptions, validateOptions } from '../../../src/cli/options/tasks.js';
import {
  positiveNumber,
  price,
  seedNumber,
  text,
  wholeNumber,
} from '../../../src/cli/options/value-types.js';
import { flagOf, optionWords, splitList } from '../../../src/cli/options/words.js';
import { makeProgram } from '../../../src/cli/program.js';
import { reporter } from '../../../src/cli/reporter-flag.js';
import { FORMAT_IDS } from '../../../src/reporters/documents/format-ids.js';

const TABLES: Record<string, OptionTable> = {
  check: checkOptions,
  doctor: doctorOptions,
  'tasks list': listOptions,
  'tasks show': listOptions,
  'tasks validate': validateOptions,
  'tasks mutate': mutateOptions,
  agents: listOptions,
  replay: replayOptions,
  show: showOptions,
  compare: compareOptions,
};

const stream = () => new PassThrough();
const io = { env: {}, stdin: stream(), stdout: stream(), stderr: stream() } as unknown as CliIo;

/** Parses the words; throws at an unknown one. */
function parse(table: OptionTable, words: readonly string[]): Record<string, unknown> {
  const command = addOptions(new Command('it').exitOverride(), table, io);
  const { operands, unknown } = command.parseOptions([...words]);
  expect([...operands, ...unknown]).toEqual([]);
  return command.opts();
}

describe('option tables', () => {
  it('contain every option of every command', () => {
    const commands = (command: Command, path: string[]): Array<[string, Command]> =>
      command.commands.flatMap((each) => {
        const names = [...path, each.name()];
        return [[names.join(' '), each], ...commands(each, names)];
      });
    const actual = commands(
      makeProgram(io, () => {}),
      [],
    ).map(([path, { options }]) => [
      path,
      options.map(({ long }) => long).filter((flag) => flag !== '--all'),
    ]);
    const flags = (table: OptionTable) => Object.entries(table).map(([name, spec]) => flagOf(name, spec));
    const expected = Object.entries(TABLES).map(([path, table]) => [path, flags(table)]);
    // `tasks` has none; those of `agents show` are those of `agents`.
    expect(Object.fromEntries(actual)).toEqual({
      ...Object.fromEntries(expected),
      tasks: [],
      'agents show': [],
    });
  });

  it.each(Object.entries(TABLES))('%s: conflicts and needs name options of the same table', (_, table) => {
    for (const { excludes = [], needs = [] } of Object.values(table)) {
      for (const { options } of [...excludes, ...needs])
        expect(Object.keys(table)).toEqual(expect.arrayContaining([...options]));
    }
  });

  it.each(Object.entries(TABLES))('%s: letters and flags are unique, help is one line', (_, table) => {
    const typed = Object.entries(table).flatMap(([name, spec]) => [flagOf(name, spec), spec.letter ?? name]);
    expect(new Set(typed).size).toBe(typed.length);
    for (const spec of Object.values(table)) {
      expect(helpOf(spec, { whole: true })).not.toContain('\n');
      expect(spec.help.length).toBeLessThan(90);
    }
  });

  it.each(Object.entries(TABLES))('%s: every example and every default parses', (_, table) => {
    for (const [name, spec] of Object.entries(table)) {
      const value = parse(table, exampleOf(name, spec))[name];
      if (spec.type === undefined) {
        expect(value).toBe(!spec.negated);
        continue;
      }
      const [first] = [value].flat();
      expect(first).toEqual(spec.type.read(spec.example));
      if (spec.default !== undefined)
        expect(spec.type.read(spec.type.write(spec.default))).toBe(spec.default);
    }
  });
});

describe('flags written as a command line parse to the same flags', () => {
  const size = fc.integer({ min: 1, max: 2 ** 40 });
  const above0 = fc.double({ min: 1e-9, max: 1e12, noNaN: true });
  const from0 = fc.double({ min: 0, max: 1e6, noNaN: true });
  const whole = fc.integer({ min: 1, max: 2 ** 48 });
  const arbitraries = new Map<ValueType<unknown>, fc.Arbitrary<unknown>>([
    [text, fc.string({ minLength: 1, unit: 'grapheme' })],
    [wholeNumber, whole],
    [seedNumber, fc.nat()],
    [positiveNumber, above0],
    [price, fc.record({ input: from0, output: from0 })],
    [
      limit,
      fc.oneof(
        fc.record({ name: fc.constantFrom('memory', 'disk'), amount: size }),
        fc.record({ name: fc.constantFrom('processes', 'files'), amount: whole }),
        fc.record({ name: fc.constant('cpu'), amount: above0 }),
      ),
    ],
    [
      reporter,
      fc.oneof(
        fc.record({ name: fc.constantFrom('screen', 'plain'), file: fc.constant(null) }),
        fc.record({ name: fc.constantFrom(...FORMAT_IDS), file: fc.string({ minLength: 1 }) }),
      ),
    ],
  ]);

  function anyValue(spec: OptionSpec): fc.Arbitrary<unknown> {
    if (spec.type === undefined) return fc.constant(!spec.negated);
    const one = spec.type.choices ? fc.constantFrom(...spec.type.choices) : arbitraries.get(spec.type);
    if (one === undefined) throw new Error('this test has no values for a type');
    return spec.repeat === 'list' ? fc.array(one, { minLength: 1, maxLength: 4 }) : one;
  }

  it.each(Object.entries(TABLES))('%s', (_, table) => {
    const isPrinted = ([, spec]: [string, OptionSpec]) => spec.type === undefined || !spec.secret;
    const model = Object.fromEntries(
      Object.entries(table)
        .filter(isPrinted)
        .map(([name, spec]) => [name, anyValue(spec)]),
    );
    const withoutAny = parse(table, []);
    fc.assert(
      fc.property(fc.record(model, { requiredKeys: [] }), (flags) => {
        expect(parse(table, optionWords(table, flags))).toEqual({ ...withoutAny, ...flags });
      }),
      { numRuns: 200 },
    );
  });
});

describe('--limit', () => {
  it.each([
    ['memory=700', { memoryMb: 700 }],
    ['memory=512MB', { memoryMb: 512 }],
    ['disk=2GB', { diskMb: 2048 }],
    ['disk=0.5g', { diskMb: 512 }],
  ])('%s', (typed, expected) => {
    const { name, amount } = limit.read(typed);
    expect({ [`${name}Mb`]: amount / 1024 / 1024 }).toEqual(expected);
  });

  it.each([
    ['ram=1', 'Names: memory, processes, cpu, disk, files.'],
    ['memory', 'It takes NAME=VALUE, such as memory=2GB.'],
    ['memory=', 'a size such as 512MB or 2GB'],
    ['disk=-1', 'a size such as 512MB or 2GB'],
    ['disk=1PB', 'a size such as 512MB or 2GB'],
    ['processes=1.5', 'a whole number above 0'],
    ['cpu=0', 'a number above 0'],
  ])('%s is refused', (typed, said) => {
    expect(() => limit.read(typed)).toThrow(said);
  });
});

it.each<[string, string[]]>([
  ['a', ['a']],
  ['a,b', ['a', 'b']],
  ['a, b,,a', ['a', 'b']],
  ['mutations/{js,rust}-*,polyglot/*', ['mutations/{js,rust}-*', 'polyglot/*']],
])('%s splits into %j', (text, names) => {
  expect(splitList(text)).toEqual(names);
});
