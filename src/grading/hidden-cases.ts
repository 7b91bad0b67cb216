import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { TestCase } from '../model/record.js';
import { HIDDEN_CASES, readHiddenCases } from '../tasks/hidden-cases.js';
import type { HiddenCase, HiddenFile, Task } from '../tasks/task.js';
import { type Confinement, runConfined } from './confined-run.js';
import type { GradingCopy } from './fresh-copy.js';
import { filesBelow, writeTaskFiles } from './task-script.js';

export interface HiddenRun {
  cases: TestCase[];
  timedOut: boolean;
  /**
   * The last 4,000 characters of the driver's stderr. They may quote inputs, so they are for the task's author only.
   */
  stderrTail: string;
}

const TAIL_CHARS = 4_000;

/**
 * Runs the hidden cases on a graded tree. The task's driver reads the inputs from stdin, one JSON value in each line, and
 * answers `CAB-CASE <index> <json>`. The expected values stay in this process: graded code cannot read or change them,
 * and passes only with correct answers.
 *
 * @throws UsageError `usage.bad_task` when the cases of the task cannot be read
 * @throws what `runConfined` throws
 */
export async function runHiddenCases(
  { id, manifest }: Pick<Task, 'id' | 'manifest'>,
  files: ReadonlyMap<string, HiddenFile>,
  copy: GradingCopy,
  confinement: Confinement,
): Promise<HiddenRun> {
  if (!manifest.hidden) return { cases: [], timedOut: false, stderrTail: '' };
  const cases = readHiddenCases(files, id);
  const driver = filesBelow(new Map([...files].filter(([path]) => path !== HIDDEN_CASES)), 'tests/hidden/');

  const driverDir = join(copy.dir, 'driver');
  const inputFile = join(copy.dir, 'inputs');
  await writeTaskFiles(driverDir, driver);
  await writeFile(inputFile, cases.map(({ input }) => `${JSON.stringify(input)}\n`).join(''), {
    mode: 0o444,
  });
  const { stdout, stderr, timedOut } = await runConfined(
    {
      // A supervised command has no stdin, so a shell opens the file.
      argv: ['sh', '-c', 'exec "$@" < "$0"', inputFile, ...manifest.hidden.command],
      workspace: copy.workspace,
      scratch: copy.dir,
      inputs: [driverDir, inputFile],
      bound: copy.bound,
      env: { CAB_APP: copy.workspace, CAB_DRIVER: driverDir },
      timeoutMs: manifest.hidden.timeout_s * 1000,
    },
    confinement,
  );
  return { cases: compareAnswers(stdout, cases), timedOut, stderrTail: stderr.slice(-TAIL_CHARS) };
}

/** Each case needs exactly one answer: code that prints several is guessing. */
export function compareAnswers(stdout: string, cases: readonly HiddenCase[]): TestCase[] {
  const answers = new Map<number, string[]>();
  for (const [, index, json] of stdout.matchAll(/^CAB-CASE (\d+) (.*)$/gm)) {
    if (json === undefined) continue;
    const known = answers.get(Number(index));
    if (known) known.push(json);
    else answers.set(Number(index), [json]);
  }
  return cases.map(({ name, expected }, index): TestCase => {
    const ownAnswers = answers.get(index);
    if (!ownAnswers) return { name, kind: 'hidden', status: 'not_run' };
    const isRight =
      ownAnswers.length === 1 && isDeepStrictEqual(parsed(ownAnswers[0] ?? ''), canonical(expected));
    return { name, kind: 'hidden', status: isRight ? 'passed' : 'failed' };
  });
}

function parsed(json: string): unknown {
  try {
    return canonical(JSON.parse(json));
  } catch {
    return undefined;
  }
}

/** Turns -0 into 0: JavaScript reads `-0.0` as -0, which is not strictly equal to 0. */
function canonical(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
