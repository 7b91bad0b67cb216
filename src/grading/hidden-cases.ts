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
  /** What the driver said, its last 4,000 characters: for whoever made the task, it may quote inputs. */
  stderrTail: string;
}

const TAIL_CHARS = 4_000;

/**
 * Runs the hidden cases on a graded tree: the task's driver gets the inputs, one JSON a line on stdin, and answers
 * `CAB-CASE <index> <json>`. The expected values stay in this process, so there is nothing that graded code could
 * read, patch or print to be right but the right answer.
 */
export async function runHiddenCases(
  { id, manifest }: Pick<Task, 'id' | 'manifest'>,
  files: ReadonlyMap<string, HiddenFile>,
  place: GradingCopy,
  confinement: Confinement,
): Promise<HiddenRun> {
  if (!manifest.hidden) return { cases: [], timedOut: false, stderrTail: '' };
  const cases = readHiddenCases(files, id);
  const driver = filesBelow(new Map([...files].filter(([path]) => path !== HIDDEN_CASES)), 'tests/hidden/');

  const driverDir = join(place.dir, 'driver');
  const inputs = join(place.dir, 'inputs');
  await writeTaskFiles(driverDir, driver);
  await writeFile(inputs, cases.map(({ input }) => `${JSON.stringify(input)}\n`).join(''), { mode: 0o444 });
  const { stdout, stderr, timedOut } = await runConfined(
    {
      // A supervised command has no stdin of its own.
      argv: ['sh', '-c', 'exec "$@" < "$0"', inputs, ...manifest.hidden.command],
      app: place.app,
      scratch: place.dir,
      given: [driverDir, inputs],
      bound: place.bound,
      env: { CAB_APP: place.app, CAB_DRIVER: driverDir },
      timeoutMs: manifest.hidden.timeout_s * 1000,
    },
    confinement,
  );
  return { cases: compareAnswers(stdout, cases), timedOut, stderrTail: stderr.slice(-TAIL_CHARS) };
}

/** Each case needs exactly one answer; two answers to one case are a guess. */
export function compareAnswers(stdout: string, cases: readonly HiddenCase[]): TestCase[] {
  const answers = new Map<number, string[]>();
  for (const [, index, json] of stdout.matchAll(/^CAB-CASE (\d+) (.*)$/gm)) {
    if (json === undefined) continue;
    const known = answers.get(Number(index));
    if (known) known.push(json);
    else answers.set(Number(index), [json]);
  }
  return cases.map(({ name, expected }, index): TestCase => {
    const given = answers.get(index);
    if (!given) return { name, kind: 'hidden', status: 'not_run' };
    const right = given.length === 1 && isDeepStrictEqual(parsed(given[0] ?? ''), canonical(expected));
    return { name, kind: 'hidden', status: right ? 'passed' : 'failed' };
  });
}

function parsed(json: string): unknown {
  try {
    return canonical(JSON.parse(json));
  } catch {
    return undefined;
  }
}

/** JSON has one zero; JavaScript, given `-0.0`, would make two of it. */
function canonical(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
