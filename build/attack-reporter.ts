import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

interface Attack {
  aim: string;
  guard: string;
  name: string;
  held: boolean;
}

/** What attacks are aimed at, in the order they are told. */
const AIMS: Readonly<Record<string, string>> = {
  measured: 'a number is measured or null',
  tests: 'the tests decide',
  cause: 'infrastructure is not capability',
  key: 'the key never leaves this process',
  leftovers: 'nothing is left behind, and no flood harms',
  egress: 'nothing is uploaded',
  sandbox: 'the sandbox holds what it is said to hold',
  terminal: 'what others write is only shown',
  input: 'bad input has a name',
};
const GUARDS: Readonly<Record<string, string>> = {
  bubblewrap: 'in bubblewrap',
  unshare: 'in unshare',
  landlock: 'in Landlock',
  none: 'without a sandbox',
  any: 'no agent in it',
};
/** For `attack-numbers.mjs`; not there when a part of the attacks could not be tried. */
const RESULT = join('node_modules', '.cache', 'attacks.md');
const PROJECTS = ['attacks', 'siege'];

/** Counts the tests that are marked as an attack, and those of them that held, and prints both as a table. */
export default class AttackReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const attacks = tests.flatMap(attackOf);
    const held = attacks.filter((attack) => attack.held).length;
    console.log(`\n${table(attacks)}\n\n${attacks.length} attacks tried, ${held} held`);
    for (const { name } of attacks.filter((attack) => !attack.held)) console.log(`  got through: ${name}`);
    rmSync(RESULT, { force: true });
    const whole = PROJECTS.every((name) => modules.some(({ project }) => project.name === name));
    if (!whole || tests.some((test) => test.result().state !== 'passed')) return;
    mkdirSync(join(RESULT, '..'), { recursive: true });
    writeFileSync(RESULT, table(attacks));
  }
}

/** A test as the attack that it is marked to be; none where it is not marked, or was skipped. */
export function attackOf(test: Pick<TestCase, 'result' | 'meta' | 'fullName'>): Attack[] {
  const { state } = test.result();
  const { attack } = test.meta();
  if (attack === undefined || state === 'skipped') return [];
  return [{ ...attack, name: test.fullName, held: state === 'passed' }];
}

function table(attacks: readonly Attack[]): string {
  const row = (title: string, of: readonly Attack[]) => {
    const by = Object.keys(GUARDS).map((guard) => cell(of.filter((attack) => attack.guard === guard)));
    return `| ${[title, ...by, cell(of)].join(' | ')} |`;
  };
  return [
    `| held, of those tried | ${Object.values(GUARDS).join(' | ')} | all |`,
    `| --- |${' ---: |'.repeat(Object.keys(GUARDS).length + 1)}`,
    ...Object.entries(AIMS).flatMap(([aim, title]) => {
      const of = attacks.filter((attack) => attack.aim === aim);
      return of.length === 0 ? [] : [row(title, of)];
    }),
    row('all', attacks),
  ].join('\n');
}

function cell(of: readonly Attack[]): string {
  const held = of.filter((attack) => attack.held).length;
  return of.length === 0 ? '–' : `${held} of ${of.length}`;
}
