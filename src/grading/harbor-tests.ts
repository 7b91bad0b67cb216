import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { readRegularFile } from '../host/regular-file.js';
import { UsageError } from '../model/errors.js';
import type { HiddenFile, Task } from '../tasks/task.js';
import { type Confinement, runConfined } from './confined-run.js';
import type { GradingCopy } from './fresh-copy.js';
import { prepareScript } from './task-script.js';
import { TAIL_CHARS, VERIFY, type VisibleRun } from './visible-tests.js';

/**
 * Runs the test script of a task of Harbor's alone, at Harbor's paths. As with Harbor the reward that it writes decides
 * and its exit code does not: 1 is a pass. What it runs of the graded code can write a reward as well, so the verdict
 * is as strong as the script.
 *
 * @throws UsageError when the script ends without a reward that is a number
 */
export async function runHarborTests(
  { id, manifest }: Pick<Task, 'id' | 'manifest'>,
  files: ReadonlyMap<string, HiddenFile>,
  place: GradingCopy,
  confinement: Confinement,
): Promise<VisibleRun> {
  const { dir, app } = place;
  const staged = await prepareScript(manifest, files, { half: 'tests', name: VERIFY, dir, app });
  const run = await runConfined(
    { ...staged, app, scratch: dir, timeoutMs: manifest.verifierTimeoutS * 1000 },
    confinement,
  );
  const reward = run.timedOut ? null : await readReward(join(dir, 'logs', 'verifier'));
  if (typeof reward === 'string') {
    const said = `${run.stdout}\n${run.stderr}`.trim().split('\n').at(-1)?.trim().slice(0, 200);
    throw new UsageError(`tests/${VERIFY} of ${id} ${reward}${said ? `; it last said: ${said}` : ''}.`, {
      code: 'usage.bad_task',
      fix: 'Harbor would not score it either: see that the script writes a number to /logs/verifier/reward.txt however the work turned out.',
    });
  }
  return {
    passed: reward !== null && reward >= 1,
    reward,
    exitCode: run.exitCode,
    timedOut: run.timedOut,
    stdoutTail: run.stdout.slice(-TAIL_CHARS),
    stderrTail: run.stderr.slice(-TAIL_CHARS),
    cases: [],
    unnamed: [],
  };
}

const MAX_REWARD_BYTES = 64 * 1024;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** The reward, or in words why there is none. `reward.json` goes before `reward.txt`, as with Harbor. */
async function readReward(verifierDir: string): Promise<number | string> {
  const root = await realpath(verifierDir).catch(() => verifierDir);
  const json = await readRegularFile(root, 'reward.json', MAX_REWARD_BYTES);
  if (json !== null) return rewardInJson(json.toString('utf8'));
  const text = (await readRegularFile(root, 'reward.txt', MAX_REWARD_BYTES))?.toString('utf8').trim();
  if (text === undefined) return 'wrote no reward';
  const reward = NUMBER.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(reward) ? reward : 'wrote a reward.txt that is no number';
}

function rewardInJson(json: string): number | string {
  const numbers = new Map<string, number>();
  try {
    for (const [name, value] of Object.entries(JSON.parse(json) ?? {})) {
      if (typeof value !== 'number' || !Number.isFinite(value))
        return `wrote a reward.json whose ${name} is no number`;
      numbers.set(name, value);
    }
  } catch {
    return 'wrote a reward.json that is no JSON';
  }
  const [only] = numbers.values();
  const reward = numbers.get('reward') ?? (numbers.size === 1 ? only : undefined);
  return reward ?? 'wrote a reward.json with no key `reward`';
}
