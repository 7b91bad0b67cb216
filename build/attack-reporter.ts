import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

interface Attack {
  aim: string;
  guard: string;
  name: string;
  held: boolean;
}

/** The promises that attacks try to break, in the order of the table. */
const AIMS: Readonly<Record<string, string>> = {
  measured: 'a number is measured or null',
  tests: 'the tests decide',
  cause: 'infrastructure is not capability',
  key: 'the key never leaves this process',
  leftovers: 'nothing is left behind, and no flood harms',
  egress: 'nothing is uploaded',
  sandbox: 'the sandbox blocks what it should block',
  terminal: 'foreign text cannot control the terminal',
  input: 'bad input gives a named error',
};
const GUARDS: Readonly<Record<string, string>> = {
  bubblewrap: 'in bubblewrap',
  unshare: 'in unshare',
  landlock: 'in Landlock',
  none: 'without a sandbox',
  any: 'without an agent',
};
/** For `attack-numbers.mjs`. Removed when some attacks were not run, or succeeded. */
const RESULT = join('node_modules', '.cache', 'attacks.md');
const PROJECTS = ['attacks', 'load'];

/** Prints a table of the tests that are marked as attacks: how many were tried, and how many were defended. */
export default class AttackReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const attacks = tests.flatMap(attackOf);
    const held = attacks.filter((attack) => attack.held).length;
    console.log(`\n${table(attacks)}\n\n${attacks.length} attacks tried, ${held} held`);
    for (const { name } of attacks.filter((attack) => !attack.held)) console.log(`  succeeded: ${name}`);
    rmSync(RESULT, { force: true });
    const isComplete = PROJECTS.every((name) => modules.some(({ project }) => project.name === name));
    if (!isComplete || tests.some((test) => test.result().state !== 'passed')) return;
    mkdirSync(join(RESULT, '..'), { recursive: true });
    writeFileSync(RESULT, table(attacks));
  }
}

/** The attack of a test; empty when the test is not marked as one, or was skipped. */
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
    `| held of those tried | ${Object.values(GUARDS).join(' | ')} | all |`,
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
